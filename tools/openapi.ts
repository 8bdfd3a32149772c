/**
 * `npm run openapi`: writes docs/openapi.json from the schemas, and the example app's types from
 * that; with `--check`, says whether they are up to date.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { EXAMPLE_ADDRESSES, openApiDocument } from './openapi/openapi-document.ts';
import { PROJECT_ROOT } from './support/cloud-access.ts';

const FILE = join(PROJECT_ROOT, 'docs', 'openapi.json');

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const made = `${JSON.stringify(openApiDocument(EXAMPLE_ADDRESSES), null, 2)}\n`;
if (!values.check) await writeFile(FILE, made);
else if ((await readFile(FILE, 'utf8').catch(() => '')) !== made) {
  complain('docs/openapi.json is not what the schemas say: run npm run openapi.');
}
await generateTypes(values.check ? ['--check'] : []).catch(() => {
  complain('api-schema.d.ts is not what docs/openapi.json says: run npm run openapi.');
});

function generateTypes(flags: string[]) {
  const script = ['run', 'api-schema', '--workspace', 'examples/spa', '--', ...flags];
  return promisify(execFile)('npm', script, { cwd: PROJECT_ROOT });
}

function complain(sentence: string): void {
  console.error(sentence);
  process.exitCode = 1;
}
