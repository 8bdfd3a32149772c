/** `npm run release-notes -- <version>`: prints what CHANGELOG.md says of that version. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changelogSection } from './checks/changelog-section.ts';
import { PROJECT_ROOT } from './support/cloud-access.ts';

const [version = 'Unreleased'] = process.argv.slice(2);
const notes = changelogSection(await readFile(join(PROJECT_ROOT, 'CHANGELOG.md'), 'utf8'), version);
if (notes) console.log(notes);
else {
  console.error(`CHANGELOG.md says nothing of the version ${version}.`);
  process.exitCode = 1;
}
