/**
 * `npm run check:supply-chain`: checks exact versions, hashes and licences of all packages, that
 * install scripts are disabled, and the registry's advisories. Python packages need no check: pip
 * refuses to install one without an exact version and a hash.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { lockfileViolations, manifestViolations, productPackages } from './checks/supply-chain.ts';
import { environmentWithoutAws, PROJECT_ROOT } from './support/cloud-access.ts';

const MANIFESTS = ['package.json', 'examples/client/package.json', 'examples/spa/package.json'];

const AuditSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ vulnerabilities: v.record(v.string(), v.unknown()) }),
);

const read = (file: string) => readFile(join(PROJECT_ROOT, file), 'utf8');

/** Standard output of npm, also when it exits with an error. */
async function npm(...args: string[]): Promise<string> {
  const options = { cwd: PROJECT_ROOT, env: environmentWithoutAws() };
  return promisify(execFile)('npm', args, options).then(
    ({ stdout }) => stdout,
    (error) => String(error.stdout),
  );
}

/** Known vulnerabilities of the product's packages; warns if the registry has no advisories. */
async function auditViolations(): Promise<string[]> {
  const report = v.safeParse(AuditSchema, await npm('audit', '--omit=dev', '--json'));
  if (!report.success) {
    console.log('The registry has no advisories: known vulnerabilities were not checked.');
    return [];
  }
  return Object.keys(report.output.vulnerabilities).map(
    (name) => `${name} has a known vulnerability.`,
  );
}

async function npmConfigViolations(): Promise<string[]> {
  const isOff = (await npm('config', 'get', 'ignore-scripts')).trim() === 'true';
  return isOff ? [] : ['Install scripts are enabled: .npmrc must disable them.'];
}

const lock = await read('package-lock.json');
const manifests = await Promise.all(MANIFESTS.map(read));
const violations = [
  ...lockfileViolations(lock),
  ...manifests.flatMap(manifestViolations),
  ...(await npmConfigViolations()),
  ...(await auditViolations()),
];
for (const violation of violations) console.error(violation);
if (violations.length > 0) process.exitCode = 1;
else {
  const { length } = productPackages(lock);
  console.log(
    `Every package is pinned by hash; the ${length} of the product have allowed licences.`,
  );
}
