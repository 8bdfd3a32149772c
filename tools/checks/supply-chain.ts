/**
 * Supply-chain rules for the project's dependency files: exact versions, hashes, allowed licences.
 * Pure functions on the files' text.
 */
import * as v from 'valibot';

/** Licences allowed for the product's packages. */
const PRODUCT_LICENCES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

const namesSchema = v.optional(v.record(v.string(), v.string()), {});
const PackageSchema = v.object({
  name: v.optional(v.string()),
  version: v.optional(v.string(), ''),
  resolved: v.optional(v.string()),
  integrity: v.optional(v.string()),
  license: v.optional(v.string()),
  link: v.optional(v.boolean(), false),
  dev: v.optional(v.boolean(), false),
  devOptional: v.optional(v.boolean(), false),
  optional: v.optional(v.boolean(), false),
  inBundle: v.optional(v.boolean(), false),
  dependencies: namesSchema,
});
const LockSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ packages: v.record(v.string(), PackageSchema) }),
);
const ManifestSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    dependencies: namesSchema,
    devDependencies: namesSchema,
    optionalDependencies: namesSchema,
  }),
);

/** Violations in a package-lock.json, one sentence each. */
export function lockfileViolations(text: string): string[] {
  const { packages } = v.parse(LockSchema, text);
  return Object.entries(packages).flatMap(([path, entry]) => {
    // Workspaces of this repository are exempt.
    if (!path.includes('node_modules/') || entry.link) return [];
    const isPinned = entry.inBundle || entry.integrity?.startsWith('sha512-') === true;
    // npm omits the URL of registry packages (.npmrc): a URL points elsewhere.
    const isFromRegistry = entry.resolved === undefined;
    const isProduct = !(entry.dev || entry.devOptional || entry.optional);
    const isAllowed = !isProduct || PRODUCT_LICENCES.includes(entry.license ?? '');
    return [
      ...(isPinned ? [] : [`${path} is not pinned by a SHA-512 hash.`]),
      ...(isFromRegistry ? [] : [`${path} does not come from the registry.`]),
      ...(isAllowed ? [] : [`${path} has the licence ${entry.license ?? '(none)'}.`]),
    ];
  });
}

/** Violations in a package.json: versions that are not exact. */
export function manifestViolations(text: string): string[] {
  const all = Object.values(v.parse(ManifestSchema, text)).flatMap(Object.entries);
  const loose = all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
  return loose.map(([name, version]) => `${name} has the inexact version "${version}".`);
}

/** A runtime dependency of the product. */
export interface ProductPackage {
  name: string;
  version: string;
  licence: string;
  /** Hexadecimal. */
  sha512: string;
  /** Direct dependencies, as `name@version`. */
  dependencies: string[];
}

/** All runtime dependencies of the product, direct and transitive, sorted by name. */
export function productPackages(lockText: string): ProductPackage[] {
  const { packages } = v.parse(LockSchema, lockText);
  const found = new Map<string, ProductPackage>();
  const visit = (path: string): string => {
    const { version, license = '', integrity = '', dependencies } = entryOf(packages, path);
    const name = path.split('node_modules/').at(-1) ?? '';
    if (found.has(path)) return `${name}@${version}`;
    const sha512 = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
    const one: ProductPackage = { name, version, licence: license, sha512, dependencies: [] };
    found.set(path, one);
    one.dependencies = Object.keys(dependencies).map((dependency) =>
      visit(pathOf(packages, path, dependency)),
    );
    return `${name}@${version}`;
  };
  for (const name of Object.keys(entryOf(packages, '').dependencies)) {
    visit(pathOf(packages, '', name));
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

type Packages = v.InferOutput<typeof LockSchema>['packages'];

function entryOf(packages: Packages, path: string): Packages[string] {
  const entry = packages[path];
  if (entry === undefined) throw new Error(`The lock file has no "${path}"`);
  return entry;
}

/** Resolves a package as Node.js does: in the nearest node_modules above `from`. */
function pathOf(packages: Packages, from: string, name: string): string {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (packages[path] !== undefined || from === '') return path;
  const end = from.lastIndexOf('node_modules/');
  return pathOf(packages, from.slice(0, Math.max(end - 1, 0)), name);
}
