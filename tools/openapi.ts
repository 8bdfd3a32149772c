/** `npm run openapi`: writes docs/openapi.json; with `--check`, says whether it is up to date. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PROJECT_ROOT } from './cloud-access.ts';
import { EXAMPLE_ADDRESSES, openApiDocument } from './openapi-document.ts';

const FILE = join(PROJECT_ROOT, 'docs', 'openapi.json');

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const made = `${JSON.stringify(openApiDocument(EXAMPLE_ADDRESSES), null, 2)}\n`;
if (!values.check) await writeFile(FILE, made);
else if ((await readFile(FILE, 'utf8').catch(() => '')) !== made) {
  console.error('docs/openapi.json is not what the schemas say: run npm run openapi.');
  process.exitCode = 1;
}
