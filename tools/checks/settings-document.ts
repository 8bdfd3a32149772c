/** Generates docs/settings.md from the schema of the settings. */
import { join } from 'node:path';
import * as v from 'valibot';
import { SETTINGS } from '../../infra/settings/settings-schema.ts';
import { PROJECT_ROOT } from '../support/cloud-access.ts';

/** Path of the generated document. */
export const SETTINGS_FILE = join(PROJECT_ROOT, 'docs', 'settings.md');

const HEAD = `# Settings

Written by \`npm run settings\` from \`infra/settings/settings-schema.ts\`: change the words there.

Every setting can be given in the \`context\` of \`cdk.json\` or as \`-c name=value\`. Lists are JSON arrays in a file, or
separated by commas after \`-c\`. A setting that is not given at a later deploy falls back to its default. A wrong one stops
the deployment with a sentence that names it.
`;

/** The document: one table per group of settings. */
export function settingsDocument(): string {
  const tables = Object.entries(SETTINGS).map(([title, settings]) => {
    const rows = Object.entries(settings).map(([name, entry]) => {
      const standard = v.getTitle(entry.wrapped) ?? defaultOf(entry.default);
      return `| \`${name}\` | ${standard} | ${v.getDescription(entry.wrapped)} |`;
    });
    return ['', `## ${title}`, '', '| setting | default | meaning |', '|---|---|---|', ...rows, ''];
  });
  return HEAD + tables.map((lines) => lines.join('\n')).join('');
}

function defaultOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `\`${value.join(', ')}\``;
  return typeof value === 'string' ? `\`${value}\`` : String(value);
}
