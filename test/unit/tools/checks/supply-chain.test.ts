import { describe, expect, it } from 'vitest';
import {
  lockfileViolations,
  manifestViolations,
  productPackages,
  requirementsViolations,
} from '../../../../tools/checks/supply-chain.ts';

const SHA512 = Buffer.alloc(64, 7);
const PINNED = { version: '1.0.0', integrity: `sha512-${SHA512.toString('base64')}` };
const GOOD = { ...PINNED, license: 'MIT' };

const aLock = (packages: Record<string, object>) => JSON.stringify({ packages });

describe('lockfileViolations', () => {
  it.each([
    { what: 'a package of the registry, pinned, of a licence that fits', entry: GOOD },
    { what: 'a tool of any licence', entry: { ...PINNED, dev: true, license: 'GPL-3.0' } },
    { what: 'a tool for one platform', entry: { ...PINNED, optional: true } },
    { what: 'a part of another package', entry: { version: '1.0.0', inBundle: true, dev: true } },
    { what: 'a folder of this repository', entry: { resolved: 'examples/app', link: true } },
  ])('finds none in $what', ({ entry }) => {
    expect(lockfileViolations(aLock({ 'node_modules/a': entry }))).toEqual([]);
  });

  it.each([
    { what: 'no hash', entry: { version: '1.0.0', license: 'MIT' }, says: 'not pinned' },
    { what: 'a weak hash', entry: { ...GOOD, integrity: 'sha1-x' }, says: 'not pinned' },
    { what: 'no hash, of a tool', entry: { version: '1.0.0', dev: true }, says: 'not pinned' },
    {
      what: 'an address of its own',
      entry: { ...GOOD, resolved: 'git+ssh://git@example.com/a.git' },
      says: 'does not come from the registry',
    },
    {
      what: 'a licence that does not fit',
      entry: { ...GOOD, license: 'AGPL-3.0' },
      says: 'has the licence AGPL-3.0',
    },
    { what: 'no licence', entry: PINNED, says: 'has the licence (none)' },
  ])('names a package with $what', ({ entry, says }) => {
    const faults = lockfileViolations(aLock({ 'node_modules/b/node_modules/a': entry }));

    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`node_modules/b/node_modules/a`);
    expect(faults[0]).toContain(says);
  });
});

describe('manifestViolations', () => {
  it.each(['dependencies', 'devDependencies', 'optionalDependencies'])(
    'names the versions of %s that are not exact',
    (kind) => {
      const versions = { a: '1.2.3', b: '^1.2.3', c: 'latest', d: 'file:../d', e: '1.2' };

      const faults = manifestViolations(JSON.stringify({ [kind]: versions }));

      expect(faults.map((fault) => fault[0])).toEqual(['b', 'c', 'd', 'e']);
    },
  );
});

describe('requirementsViolations', () => {
  const HASH = `--hash=sha256:${'0a'.repeat(32)}`;

  it('finds none in exact versions with hashes, over several lines', () => {
    const text = `# why\na==1.0 \\\n    ${HASH} \\\n    ${HASH}\nb[x]==2.0rc1 ; os_name == 'nt' \\\n    ${HASH}\n`;

    expect(requirementsViolations(text)).toEqual([]);
  });

  it.each([
    { line: `a>=1.0 ${HASH}`, says: ['exact'] },
    { line: 'a==1.0', says: ['pinned'] },
    { line: 'a==1.0 --hash=md5:00', says: ['pinned'] },
    { line: 'https://example.com/a.whl', says: ['exact', 'pinned'] },
    { line: '-r other.txt', says: ['exact', 'pinned'] },
  ])('names the faults of "$line"', ({ line, says }) => {
    const faults = requirementsViolations(`${line}\n`);

    expect(faults).toHaveLength(says.length);
    for (const [index, word] of says.entries()) expect(faults[index]).toContain(word);
  });
});

describe('productPackages', () => {
  const lock = aLock({
    '': { dependencies: { a: '1.0.0' }, devDependencies: { tool: '1.0.0' } },
    'node_modules/a': { ...GOOD, dependencies: { b: '^1.0.0', shared: '^2.0.0' } },
    'node_modules/a/node_modules/b': { ...GOOD, dependencies: { shared: '^2.0.0' } },
    'node_modules/b': { ...GOOD, version: '0.9.0', dev: true },
    'node_modules/shared': { ...GOOD, version: '2.0.0', license: 'ISC' },
    'node_modules/tool': { ...GOOD, dev: true, dependencies: { shared: '^2.0.0' } },
  });

  it('are those the project needs, the nearest one of a name, also where a tool needs it too', () => {
    const found = productPackages(lock).map(({ name, version, needs }) => [name, version, needs]);

    expect(found).toEqual([
      ['a', '1.0.0', ['b@1.0.0', 'shared@2.0.0']],
      ['b', '1.0.0', ['shared@2.0.0']],
      ['shared', '2.0.0', []],
    ]);
  });

  it('have their licence and their hash in hexadecimal', () => {
    const shared = productPackages(lock).find(({ name }) => name === 'shared');

    expect(shared).toMatchObject({ licence: 'ISC', sha512: SHA512.toString('hex') });
  });

  it('cannot be told where the lock file lacks one', () => {
    const broken = aLock({ '': { dependencies: { gone: '1.0.0' } } });

    expect(() => productPackages(broken)).toThrow('node_modules/gone');
  });
});
