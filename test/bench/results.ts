/** What one run of the benchmark found out. */
import { readdirSync, statSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import type { Competitor } from './competitor-process.ts';
import { eagerFiles } from './eager-files.ts';
import type { SizeFigures } from './memory-sizes.ts';
import type { Part } from './rounds.ts';

/** Names of the parts in which ablations are undone. */
export const ABLATION_PARTS = {
  cold: 'ablations',
  share: 'ablations-share',
  warm: 'ablations-warm',
} as const;

/** Bytes of a bundle. */
export interface BundleBytes {
  eager: number;
  total: number;
  files: number;
}

/** Where it ran. */
export interface Machine {
  date: string;
  cpu: string;
  cores: number;
  node: string;
  python: string;
  /** Processes that wanted to run in the minute before. */
  load: number;
}

export interface Results {
  machine: Machine;
  minutes: number;
  parts: Part[];
  sizes: SizeFigures[];
  bundles: Record<string, BundleBytes>;
  /** Why there is no part under a CPU share; null where there is. */
  noShare: string | null;
}

/** Sizes of the bundles that run on Node.js. */
export function bundleBytes(competitors: readonly Competitor[]): Record<string, BundleBytes> {
  const size = (file: string) => statSync(file).size;
  const sum = (sizes: number[]) => sizes.reduce((total, one) => total + one, 0);
  const bundled = competitors.filter(({ entry }) => /\.m?js$/.test(entry));
  return Object.fromEntries(
    bundled.map(({ name, entry }) => {
      const folder = dirname(entry);
      const files = readdirSync(folder);
      const total = sum(files.map((file) => size(join(folder, file))));
      return [name, { eager: sum([...eagerFiles(entry)].map(size)), total, files: files.length }];
    }),
  );
}

/** This machine, now. */
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
