/** `npm run release-notes -- <version>`: prints the version's section of CHANGELOG.md. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changelogSection } from './checks/changelog-section.ts';
import { PROJECT_ROOT } from './support/cloud-access.ts';

const [version = 'Unreleased'] = process.argv.slice(2);
const notes = changelogSection(await readFile(join(PROJECT_ROOT, 'CHANGELOG.md'), 'utf8'), version);
if (notes) console.log(notes);
else {
  console.error(`CHANGELOG.md has no section for version ${version}.`);
  process.exitCode = 1;
}
