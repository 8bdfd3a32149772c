/**
 * `npm run check:supply-chain`: that every package is asked for exactly, pinned by hash and of a
 * licence that fits, that none runs a script when installed, and the registry's own advisories.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import {
  lockfileViolations,
  manifestViolations,
  productPackages,
  requirementsViolations,
} from './checks/supply-chain.ts';
import { environmentWithoutAws, PROJECT_ROOT } from './support/cloud-access.ts';

const MANIFESTS = ['package.json', 'examples/spa/package.json'];
const REQUIREMENTS = [
  'requirements',
  'requirements-lint',
  'requirements-contract',
  'requirements-bench',
  'requirements-usage',
];

const AuditSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ vulnerabilities: v.record(v.string(), v.unknown()) }),
);

const read = (file: string) => readFile(join(PROJECT_ROOT, file), 'utf8');

/** What npm prints, also where it ends with an error. */
async function npm(...args: string[]): Promise<string> {
  const options = { cwd: PROJECT_ROOT, env: environmentWithoutAws() };
  return promisify(execFile)('npm', args, options).then(
    ({ stdout }) => stdout,
    (error) => String(error.stdout),
  );
}

/** Known vulnerabilities of the product's packages; a registry without advisories is named. */
async function auditViolations(): Promise<string[]> {
  const report = v.safeParse(AuditSchema, await npm('audit', '--omit=dev', '--json'));
  if (!report.success) {
    console.log('The registry gives no advisories here: known vulnerabilities were not checked.');
    return [];
  }
  return Object.keys(report.output.vulnerabilities).map((name) => `${name} has a known fault.`);
}

async function npmConfigViolations(): Promise<string[]> {
  const isOff = (await npm('config', 'get', 'ignore-scripts')).trim() === 'true';
  return isOff ? [] : ['Packages may run scripts when they are installed: .npmrc must forbid it.'];
}

const lock = await read('package-lock.json');
const manifests = await Promise.all(MANIFESTS.map(read));
const requirements = await Promise.all(
  REQUIREMENTS.map((name) => read(`tools/python/${name}.txt`)),
);
const faults = [
  ...lockfileViolations(lock),
  ...manifests.flatMap(manifestViolations),
  ...requirements.flatMap(requirementsViolations),
  ...(await npmConfigViolations()),
  ...(await auditViolations()),
];
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else {
  const { length } = productPackages(lock);
  console.log(
    `Every package is pinned by hash; the ${length} of the product have licences that fit.`,
  );
}
