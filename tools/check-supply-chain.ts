/**
 * `npm run check:supply-chain`: what the lock file promises of every package (where it comes from,
 * that its content is pinned, its licence), exact versions, and the registry's own advisories.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { cloudlessEnvironment, PROJECT_ROOT } from './cloud-access.ts';

/** Licences that the product's own packages may have. */
const PRODUCT_LICENCES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

const LockSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    packages: v.record(
      v.string(),
      v.object({
        resolved: v.optional(v.string()),
        integrity: v.optional(v.string()),
        license: v.optional(v.string()),
        link: v.optional(v.boolean(), false),
        dev: v.optional(v.boolean(), false),
        inBundle: v.optional(v.boolean(), false),
      }),
    ),
  }),
);
const ManifestSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    dependencies: v.optional(v.record(v.string(), v.string()), {}),
    devDependencies: v.optional(v.record(v.string(), v.string()), {}),
  }),
);

const read = (file: string) => readFile(join(PROJECT_ROOT, file), 'utf8');

/** Faults of the lock file, a sentence each. */
function faultsOfLock(text: string): string[] {
  const { packages } = v.parse(LockSchema, text);
  return Object.entries(packages).flatMap(([path, entry]) => {
    // Folders of this repository are no packages from elsewhere.
    if (!path.includes('node_modules/') || entry.link) return [];
    const isPinned = entry.inBundle || entry.integrity?.startsWith('sha512-') === true;
    const isFromRegistry = entry.resolved === undefined || /^https:.*\.tgz$/.test(entry.resolved);
    const isFree = entry.dev || PRODUCT_LICENCES.includes(entry.license ?? '');
    return [
      ...(isPinned ? [] : [`${path} is not pinned by a SHA-512 hash.`]),
      ...(isFromRegistry ? [] : [`${path} does not come from a registry.`]),
      ...(isFree ? [] : [`${path} has the licence ${entry.license ?? '(none)'}.`]),
    ];
  });
}

/** Faults of a manifest: versions that are not exact. */
function faultsOfManifest(text: string): string[] {
  const { dependencies, devDependencies } = v.parse(ManifestSchema, text);
  const all = Object.entries({ ...dependencies, ...devDependencies });
  const loose = all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
  return loose.map(([name, version]) => `${name} is asked for as "${version}", not exactly.`);
}

/** Known vulnerabilities of the product's packages; a registry without advisories is named. */
async function faultsOfAudit(): Promise<string[]> {
  const options = { cwd: PROJECT_ROOT, env: cloudlessEnvironment() };
  const audit = await promisify(execFile)('npm', ['audit', '--omit=dev', '--json'], options).then(
    ({ stdout }) => stdout,
    (error) => String(error.stdout),
  );
  const report = v.safeParse(
    v.pipe(v.string(), v.parseJson(), v.object({ vulnerabilities: v.record(v.string(), v.any()) })),
    audit,
  );
  if (!report.success) {
    console.log('The registry gives no advisories here: known vulnerabilities were not checked.');
    return [];
  }
  return Object.keys(report.output.vulnerabilities).map((name) => `${name} has a known fault.`);
}

const faults = [
  ...faultsOfLock(await read('package-lock.json')),
  ...faultsOfManifest(await read('package.json')),
  ...(await faultsOfAudit()),
];
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log('Every package is pinned, from a registry, and of a licence that fits.');
