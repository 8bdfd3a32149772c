/**
 * What the project's own files promise of every package from elsewhere: exact versions, content pinned
 * by hash, licences. Pure; knows no registry.
 */
import * as v from 'valibot';

/** Licences that the product's packages may have. */
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

/** Faults of a package-lock.json, a sentence each. */
export function lockfileViolations(text: string): string[] {
  const { packages } = v.parse(LockSchema, text);
  return Object.entries(packages).flatMap(([path, entry]) => {
    // Folders of this repository are no packages from elsewhere.
    if (!path.includes('node_modules/') || entry.link) return [];
    const isPinned = entry.inBundle || entry.integrity?.startsWith('sha512-') === true;
    // npm leaves out where a package of the registry is (.npmrc): anything named is somewhere else.
    const isFromRegistry = entry.resolved === undefined;
    const isOfProduct = !(entry.dev || entry.devOptional || entry.optional);
    const isFree = !isOfProduct || PRODUCT_LICENCES.includes(entry.license ?? '');
    return [
      ...(isPinned ? [] : [`${path} is not pinned by a SHA-512 hash.`]),
      ...(isFromRegistry ? [] : [`${path} does not come from the registry.`]),
      ...(isFree ? [] : [`${path} has the licence ${entry.license ?? '(none)'}.`]),
    ];
  });
}

/** Faults of a package.json: versions that are not exact. */
export function manifestViolations(text: string): string[] {
  const all = Object.values(v.parse(ManifestSchema, text)).flatMap(Object.entries);
  const loose = all.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
  return loose.map(([name, version]) => `${name} is asked for as "${version}", not exactly.`);
}

/** Faults of a pip requirements file: versions that are not exact, content that is not pinned. */
export function requirementsViolations(text: string): string[] {
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  const asked = lines.map((line) => line.trim()).filter((line) => line !== '' && line[0] !== '#');
  return asked.flatMap((line) => {
    const [name = ''] = line.split(' ');
    const isExact = /^[\w.-]+(\[[\w,-]+\])?==[\w.+!]+$/.test(name);
    const isPinned = / --hash=sha256:[0-9a-f]{64}( |$)/.test(line);
    return [
      ...(isExact ? [] : [`${name} is not asked for in an exact version.`]),
      ...(isPinned ? [] : [`${name} is not pinned by a SHA-256 hash.`]),
    ];
  });
}

/** A package that the product needs to run. */
export interface ProductPackage {
  name: string;
  version: string;
  licence: string;
  /** Hexadecimal. */
  sha512: string;
  /** Of these, as `name@version`. */
  needs: string[];
}

/** Every package that the product needs to run, in the order of their names; not the project itself. */
export function productPackages(lockText: string): ProductPackage[] {
  const { packages } = v.parse(LockSchema, lockText);
  const found = new Map<string, ProductPackage>();
  const visit = (path: string): string => {
    const { version, license = '', integrity = '', dependencies } = entryOf(packages, path);
    const name = path.split('node_modules/').at(-1) ?? '';
    if (found.has(path)) return `${name}@${version}`;
    const sha512 = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
    const one: ProductPackage = { name, version, licence: license, sha512, needs: [] };
    found.set(path, one);
    one.needs = Object.keys(dependencies).map((needed) => visit(pathOf(packages, path, needed)));
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

/** Where Node.js finds a package for the code at `from`: in the nearest node_modules upwards. */
function pathOf(packages: Packages, from: string, name: string): string {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (packages[path] !== undefined || from === '') return path;
  const end = from.lastIndexOf('node_modules/');
  return pathOf(packages, from.slice(0, Math.max(end - 1, 0)), name);
}
