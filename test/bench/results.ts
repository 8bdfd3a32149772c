/** Results of one run of the benchmark. */
import { readdirSync, statSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import type { Competitor } from './competitor-process.ts';
import { eagerFiles } from './eager-files.ts';
import type { SizeFigures } from './memory-sizes.ts';
import type { Part } from './rounds.ts';

/** Names of the parts that measure ablations. */
export const ABLATION_PARTS = {
  cold: 'ablations',
  share: 'ablations-share',
  warm: 'ablations-warm',
} as const;

/** Size of a bundle in bytes. */
export interface BundleBytes {
  eager: number;
  total: number;
  files: number;
}

/** The machine of the run. */
export interface Machine {
  date: string;
  cpu: string;
  cores: number;
  node: string;
  python: string;
  /** Load average of the last minute. */
  load: number;
}

export interface Results {
  machine: Machine;
  minutes: number;
  parts: Part[];
  sizes: SizeFigures[];
  bundles: Record<string, BundleBytes>;
  /** Why no part ran under a CPU share; null if one did. */
  noShare: string | null;
}

/** Sizes of the Node.js bundles: the product's by function, under `product` and `patchMe`. */
export function bundleBytes({ get, patch }: Record<'get' | 'patch', readonly Competitor[]>) {
  const size = (file: string) => statSync(file).size;
  const sum = (sizes: number[]) => sizes.reduce((total, one) => total + one, 0);
  const ownPatch = patch
    .filter(({ name }) => name === 'product')
    .map((product) => ({ ...product, name: 'patchMe' }));
  const bundled = [...get, ...ownPatch].filter(({ entry }) => /\.m?js$/.test(entry));
  return Object.fromEntries(
    bundled.map(({ name, entry }): [string, BundleBytes] => {
      const folder = dirname(entry);
      const files = readdirSync(folder);
      const total = sum(files.map((file) => size(join(folder, file))));
      return [name, { eager: sum([...eagerFiles(entry)].map(size)), total, files: files.length }];
    }),
  );
}

/** Describes the current machine. */
export function thisMachine(pythonVersion: string): Machine {
  const [first] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: first?.model.trim() ?? 'an unknown processor',
    cores: cpus().length,
    node: process.versions.node,
    python: pythonVersion,
    load: loadavg()[0] ?? 0,
  };
}
