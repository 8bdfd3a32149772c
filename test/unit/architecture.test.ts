/** That biome.json catches what breaks the rules of modules, and the two rules Biome cannot say. */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** Imports that a folder's modules may have. */
const ALLOWED = {
  lib: ['./metrics.ts', './account/account.ts'],
  'lib/account': ['valibot', './account.ts'],
  'lib/self-service': ['../account/account.ts', '../contract.ts'],
  'lib/operations': ['../self-service/caller.ts'],
  'lib/store': ['../aws-errors.ts', '../operations/ports.ts', '@aws-sdk/lib-dynamodb'],
  'lib/directory': ['@aws-sdk/client-cognito-identity-provider'],
  'lib/notices': ['@aws-sdk/client-sesv2', '../self-service/ports.ts'],
  'lib/auth': ['aws-jwt-verify/jwt'],
  'lib/http': ['@middy/core'],
  functions: ['../lib/http/problem.ts', './trace.ts'],
  infra: ['../lib/account/password-policy.ts'],
  'infra/api': [
    '../../lib/config.ts',
    '../../lib/contract.ts',
    '../../lib/metrics.ts',
    '../data/accounts-table.ts',
    'aws-cdk-lib/aws-lambda',
  ],
  'tools/local': ['../../functions/trace.ts'],
  'examples/client/src': ['openapi-fetch', './interceptors.ts'],
  'test/unit': ['../support/builders.ts'],
};
/** Imports that a folder's modules may not have. */
const FORBIDDEN = {
  lib: ['./store/user-item.ts', '../tools/local/deployment.ts'],
  'lib/account': ['../log.ts', '../contract.ts', '../self-service/caller.ts', 'node:crypto'],
  'lib/self-service': ['../log.ts', '../operations/ports.ts'],
  'lib/operations': ['../metrics.ts', '../store/user-item.ts'],
  'lib/store': [
    '../directory/cognito-directory.ts',
    '../../infra/app.ts',
    '@middy/core',
    '@aws-sdk/client-cognito-identity-provider',
  ],
  'lib/store/deep': ['../../auth/caller.ts'],
  'lib/directory': [
    '../store/user-item.ts',
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/lib-dynamodb',
    '@aws-sdk/util-dynamodb',
    '@aws-sdk/client-sesv2',
  ],
  'lib/notices': [
    '../store/user-item.ts',
    '@aws-sdk/client-cognito-identity-provider',
    '@aws-sdk/lib-dynamodb',
    '@middy/core',
  ],
  'lib/auth': ['../http/problem.ts', '@middy/core'],
  'lib/http': [
    '../auth/caller.ts',
    '../../tools/local/deployment.ts',
    '../../functions/trace.ts',
    'aws-jwt-verify',
    'aws-jwt-verify/jwt',
  ],
  'lib/trace': ['../http/problem.ts'],
  functions: ['../infra/app.ts', '../tools/local/deployment.ts', '../test/support/builders.ts'],
  infra: ['../lib/log.ts', '../functions/get-me.ts'],
  'infra/api': [
    '../../lib/account/account.ts',
    '../../lib/http/problem.ts',
    '../../functions/get-me.ts',
    '../../tools/start.ts',
    '../../test/support/builders.ts',
  ],
  tools: ['../test/support/builders.ts'],
  'tools/local': ['../../test/support/builders.ts'],
  'examples/client/src': ['../../../lib/contract.ts', 'valibot'],
  'examples/spa/src': ['../../../test/support/builders.ts'],
};
/** Code that breaks a rule of style, and where that is forbidden. */
const FAULTY: [rule: string, path: string, text: string][] = [
  ['noFloatingPromises', 'lib/floating.ts', 'export async function f() {}\nf();\n'],
  [
    'useExhaustiveSwitchCases',
    'lib/exhaustive.ts',
    "export function f(x: 'a' | 'b') {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n",
  ],
  ['noNonNullAssertion', 'lib/non-null.ts', 'export const f = (x?: string) => x!.length;\n'],
  ['noExplicitAny', 'test/unit/any.test.ts', 'export const f = (x: any) => x;\n'],
  ['noProcessEnv', 'lib/env.ts', "export const f = () => process.env['A'];\n"],
  ['noProcessEnv', 'infra/api/env.ts', "export const f = () => process.env['A'];\n"],
  ['noBarrelFile', 'lib/store/barrel.ts', "export { x } from './x.ts';\n"],
  ['noExcessiveLinesPerFile', 'lib/long.ts', 'export {};\n// x\n'.repeat(101)],
  ['useFilenamingConvention', 'lib/store/dynamoStore.ts', 'export {};\n'],
];

interface Sample {
  path: string;
  text: string;
}

function importsOf(table: Record<string, string[]>, kind: string) {
  return Object.entries(table).flatMap(([folder, names]) =>
    names.map((imported, index) => ({
      folder,
      imported,
      path: `${folder}/${kind}-${index}.ts`,
      text: `import { x } from '${imported}';\nx();\n`,
    })),
  );
}
const allowed = importsOf(ALLOWED, 'allowed');
const forbidden = importsOf(FORBIDDEN, 'forbidden');
const faulty = FAULTY.map(([rule, path, text]) => ({ rule, path, text }));

/** What Biome says of the samples with the project's rules, a line each, with path and rule. */
async function lint(samples: Sample[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'current-user-lint-'));
  try {
    await cp(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
    for (const { path, text } of samples) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const biome = join(ROOT, 'node_modules/.bin/biome');
    const args = [
      'lint',
      '--vcs-enabled=false',
      '--diagnostic-level=error',
      '--max-diagnostics=none',
    ];
    const run = promisify(execFile)(biome, [...args, '--reporter=github'], { cwd: folder });
    const { stdout } = await run.catch((error: { stdout: string }) => error);
    return stdout.split('\n').filter((line) => line.startsWith('::error'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('the rules of biome.json', () => {
  let lines: string[] = [];
  const breaks = (rule: string, path: string) =>
    lines.some((line) => line.includes(`/${rule},`) && line.includes(`/${path},`));

  beforeAll(async () => {
    lines = await lint([...allowed, ...forbidden, ...faulty]);
  });

  it.each(forbidden)('forbid $folder to import $imported', ({ path }) => {
    expect(breaks('noRestrictedImports', path)).toBe(true);
  });

  it.each(allowed)('let $folder import $imported', ({ path }) => {
    expect(breaks('noRestrictedImports', path)).toBe(false);
  });

  it.each(faulty)('make an error of what $rule finds in $path', ({ rule, path }) => {
    expect(breaks(rule, path)).toBe(true);
  });
});

const namesNothing = (path: string) =>
  /^(index|utils?|helpers?|common|types?|misc|shared)\./.test(posix.basename(path));
const mocksModule = (text: string) => /\bvi\.(?:do)?mock\(/i.test(text);

describe('a module', () => {
  const paths = globSync('{lib,functions,infra,tools,test}/**/*.ts', { cwd: ROOT });

  it('has a name that says what is in it', () => {
    expect(paths.filter(namesNothing)).toEqual([]);
    expect(namesNothing('lib/store/utils.ts')).toBe(true);
  });

  it('is never mocked: tests pass fakes in', async () => {
    const tests = paths.filter((path) => path.startsWith('test'));
    const texts = await Promise.all(tests.map((path) => readFile(join(ROOT, path), 'utf8')));

    expect(tests.filter((_, index) => mocksModule(texts[index] ?? ''))).toEqual([]);
    expect(mocksModule(`vi.${'mock'}('../../lib/log.ts');`)).toBe(true);
  });
});
