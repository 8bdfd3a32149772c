/**
 * `npm run openapi`: writes docs/openapi.json and docs/fields.md from the schemas; with `--check`,
 * says whether they are up to date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { FIELDS_FILE, fieldsDocument } from './openapi/fields-document.ts';
import { EXAMPLE_ADDRESSES, openApiDocument } from './openapi/openapi-document.ts';
import { PROJECT_ROOT } from './support/cloud-access.ts';

const CONTRACT_FILE = join(PROJECT_ROOT, 'docs', 'openapi.json');

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
await writeOrCheck(
  CONTRACT_FILE,
  `${JSON.stringify(openApiDocument(EXAMPLE_ADDRESSES), null, 2)}\n`,
);
await writeOrCheck(FIELDS_FILE, fieldsDocument());

async function writeOrCheck(file: string, text: string): Promise<void> {
  if (!values.check) return writeFile(file, text);
  const written = await readFile(file, 'utf8').catch(() => '');
  if (written === text) return;
  const name = relative(PROJECT_ROOT, file);
  console.error(`${name} is not what the schemas say: run npm run openapi.`);
  process.exitCode = 1;
}
