import { describe, expect, it } from 'vitest';
import {
  lockfileViolations,
  manifestViolations,
  productPackages,
} from '../../../../tools/checks/supply-chain.ts';

const SHA512 = Buffer.alloc(64, 7);
const PINNED = { version: '1.0.0', integrity: `sha512-${SHA512.toString('base64')}` };
const GOOD = { ...PINNED, license: 'MIT' };

const aLock = (packages: Record<string, object>) => JSON.stringify({ packages });

describe('lockfileViolations', () => {
  it.each([
    { what: 'a pinned registry package with an allowed licence', entry: GOOD },
    { what: 'a tool of any licence', entry: { ...PINNED, dev: true, license: 'GPL-3.0' } },
    { what: 'a tool for one platform', entry: { ...PINNED, optional: true } },
    { what: 'a bundled dependency', entry: { version: '1.0.0', inBundle: true, dev: true } },
    { what: 'a workspace of this repository', entry: { resolved: 'examples/app', link: true } },
  ])('accepts $what', ({ entry }) => {
    expect(lockfileViolations(aLock({ 'node_modules/a': entry }))).toEqual([]);
  });

  it.each([
    { what: 'no hash', entry: { version: '1.0.0', license: 'MIT' }, message: 'not pinned' },
    { what: 'a weak hash', entry: { ...GOOD, integrity: 'sha1-x' }, message: 'not pinned' },
    {
      what: 'no hash, in a development dependency',
      entry: { version: '1.0.0', dev: true },
      message: 'not pinned',
    },
    {
      what: 'a URL',
      entry: { ...GOOD, resolved: 'git+ssh://git@example.com/a.git' },
      message: 'does not come from the registry',
    },
    {
      what: 'a disallowed licence',
      entry: { ...GOOD, license: 'AGPL-3.0' },
      message: 'has the licence AGPL-3.0',
    },
    { what: 'no licence', entry: PINNED, message: 'has the licence (none)' },
  ])('rejects a package with $what', ({ entry, message }) => {
    const violations = lockfileViolations(aLock({ 'node_modules/b/node_modules/a': entry }));

    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(`node_modules/b/node_modules/a`);
    expect(violations[0]).toContain(message);
  });
});

describe('manifestViolations', () => {
  it.each(['dependencies', 'devDependencies', 'optionalDependencies'])(
    'rejects inexact versions in %s',
    (kind) => {
      const versions = { a: '1.2.3', b: '^1.2.3', c: 'latest', d: 'file:../d', e: '1.2' };

      const violations = manifestViolations(JSON.stringify({ [kind]: versions }));

      expect(violations.map((violation) => violation[0])).toEqual(['b', 'c', 'd', 'e']);
    },
  );
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

  it('resolves transitive dependencies as Node.js does, including those shared with a tool', () => {
    const found = productPackages(lock).map(({ name, version, dependencies }) => [
      name,
      version,
      dependencies,
    ]);

    expect(found).toEqual([
      ['a', '1.0.0', ['b@1.0.0', 'shared@2.0.0']],
      ['b', '1.0.0', ['shared@2.0.0']],
      ['shared', '2.0.0', []],
    ]);
  });

  it('returns the licence and the hexadecimal hash', () => {
    const shared = productPackages(lock).find(({ name }) => name === 'shared');

    expect(shared).toMatchObject({ licence: 'ISC', sha512: SHA512.toString('hex') });
  });

  it('throws if the lock file lacks a package', () => {
    const broken = aLock({ '': { dependencies: { gone: '1.0.0' } } });

    expect(() => productPackages(broken)).toThrow('node_modules/gone');
  });
});
