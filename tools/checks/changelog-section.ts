/** Extracts the section of a version from a changelog in the format of Keep a Changelog. */

const HEADING = /^## \[(?<version>[^\]]+)\]/;

/** The version's section without its heading; null if there is none. */
export function changelogSection(changelog: string, version: string): string | null {
  const lines = changelog.split('\n');
  const versionOf = (line: string) => HEADING.exec(line)?.groups?.['version'];
  const start = lines.findIndex((line) => versionOf(line) === version);
  if (start < 0) return null;
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => line.startsWith('## '));
  const section = after.slice(0, end < 0 ? after.length : end);
  return section
    .filter((line) => !/^\[[^\]]+\]:/.test(line))
    .join('\n')
    .trim();
}
