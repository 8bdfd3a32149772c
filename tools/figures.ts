/** `npm run figures`: puts the figures of the last `npm run test:security` into docs/reliability.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { figuresTable } from './checks/figures-file.ts';
import { PROJECT_ROOT } from './support/cloud-access.ts';
import { UserFacingError } from './support/progress.ts';

const FILE = join(PROJECT_ROOT, 'docs', 'reliability.md');
const PART = /(?<=<!-- figures: made by npm run figures -->\n).*(?=<!-- end of figures -->)/s;

try {
  const table = await figuresTable();
  const text = await readFile(FILE, 'utf8');
  if (!PART.test(text)) throw new UserFacingError('docs/reliability.md has no place for figures.');
  await writeFile(
    FILE,
    text.replace(PART, () => `\n${table}\n\n`),
  );
} catch (error) {
  console.error(error instanceof UserFacingError ? error.message : error);
  process.exitCode = 1;
}
