/**
 * `npm run sbom`: prints the product's software bill of materials (CycloneDX 1.6) from the lock file.
 * `npm sbom --omit dev` would omit packages that are also development dependencies.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { type ProductPackage, productPackages } from './checks/supply-chain.ts';
import { PROJECT_ROOT } from './support/cloud-access.ts';

const ManifestSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    name: v.string(),
    version: v.string(),
    license: v.string(),
    dependencies: v.record(v.string(), v.string()),
  }),
);

const read = (file: string) => readFile(join(PROJECT_ROOT, file), 'utf8');
const licencesOf = (id: string) => [{ license: { id } }];
const referenceOf = ({ name, version }: { name: string; version: string }) => `${name}@${version}`;

function componentOf(one: ProductPackage) {
  return {
    type: 'library',
    'bom-ref': referenceOf(one),
    name: one.name,
    version: one.version,
    // Package URLs escape the @ of a scope, which otherwise separates the version.
    purl: `pkg:npm/${referenceOf(one).replace(/^@/, '%40')}`,
    hashes: [{ alg: 'SHA-512', content: one.sha512 }],
    licenses: licencesOf(one.licence),
  };
}

const manifest = v.parse(ManifestSchema, await read('package.json'));
const packages = productPackages(await read('package-lock.json'));
const bill = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    component: {
      type: 'application',
      'bom-ref': referenceOf(manifest),
      name: manifest.name,
      version: manifest.version,
      licenses: licencesOf(manifest.license),
    },
  },
  components: packages.map(componentOf),
  dependencies: [
    {
      ref: referenceOf(manifest),
      dependsOn: Object.entries(manifest.dependencies).map(
        ([name, version]) => `${name}@${version}`,
      ),
    },
    ...packages.map((one) => ({ ref: referenceOf(one), dependsOn: one.dependencies })),
  ],
};
console.log(JSON.stringify(bill, null, 2));
