import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from './synthesised.ts';

/** The folders of infra, lowest first, each with the folders below it that it may import. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  settings: [],
  data: ['settings'],
  people: ['settings'],
  api: ['data', 'settings'],
  monitoring: ['api', 'data', 'settings'],
};

const INFRA = join(PROJECT_ROOT, 'infra');

/** Modules of infra that a folder's modules import, types included, from the root of infra. */
function importsOf(folder: string): string[] {
  return readdirSync(join(INFRA, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const path = posix.join(folder, name.replaceAll('\\', '/'));
      const text = readFileSync(join(INFRA, path), 'utf8');
      return [...text.matchAll(/(?:from|import\(?)\s*'(\.[^']+)'/g)].map(([, imported = '']) =>
        posix.join(posix.dirname(path), imported),
      );
    })
    .filter((path) => !path.startsWith('../'));
}

describe('the folders of infra', () => {
  it('are those that these tests know', () => {
    const folders = readdirSync(INFRA, { withFileTypes: true }).filter((one) => one.isDirectory());

    expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  it.each(Object.entries(MAY_IMPORT))('%s imports only itself and %j', (folder, below) => {
    const imports = importsOf(folder);

    expect(imports.length).toBeGreaterThan(0);
    expect(
      imports.filter((path) => ![folder, ...below].includes(path.split('/', 1)[0] ?? '')),
    ).toEqual([]);
  });
});
