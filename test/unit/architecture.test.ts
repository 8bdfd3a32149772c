/** Who may import whom, and how modules are named: the directions of docs and linter, in sentences. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const FOLDERS = ['lib', 'functions', 'infra', 'tools', 'test'];
const MAX_LINES = 200;

interface Module {
  /** From the root of the project, with slashes. */
  path: string;
  text: string;
  /** Imported modules: a path from the root, or the name of a package. */
  imports: string[];
}

interface Rule {
  says: string;
  /** What breaks the rule in one module; nothing for a module it does not concern. */
  breaches: (module: Module) => string[];
  /** A made-up module that breaks it, so that a rule that catches nothing is noticed. */
  example: Module;
}

const IMPORT =
  /^(?:import|export)\b[^;]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

function aModule(path: string, text: string): Module {
  const found = [...text.matchAll(IMPORT)].map(
    ([, from, bare, dynamic]) => from ?? bare ?? dynamic,
  );
  const imports = found
    .filter((name) => name !== undefined)
    .map((name) => (name.startsWith('.') ? posix.join(posix.dirname(path), name) : name));
  return { path, text, imports };
}

const isIn = (...folders: string[]) => {
  const starts = folders.map((folder) => `${folder}/`);
  return (path: string) => starts.some((start) => path.startsWith(start));
};

/** A rule about the imports of the modules that it concerns. */
function importRule(
  says: string,
  concerns: (path: string) => boolean,
  allows: (imported: string) => boolean,
  example: [path: string, imported: string],
): Rule {
  const [path, imported] = example;
  return {
    says,
    breaches: ({ path: own, imports }) =>
      concerns(own) ? imports.filter((name) => !allows(name)) : [],
    example: aModule(path, `import { x } from '${imported}';\n`),
  };
}

/** A rule that lets some modules alone import a package. */
function ownerRule(
  says: string,
  packages: RegExp,
  owns: (path: string) => boolean,
  example: [path: string, imported: string],
): Rule {
  const concerns = (path: string) => isIn('lib')(path) && !owns(path);
  return importRule(says, concerns, (name) => !packages.test(name), example);
}

const isOwn = isIn(...FOLDERS);
const isDomain = isIn('lib/account', 'lib/self-service', 'lib/operations');
const SHARED = new Set([
  'lib/aws-errors.ts',
  'lib/backoff.ts',
  'lib/config.ts',
  'lib/contract.ts',
  'lib/log.ts',
  'lib/metrics.ts',
  'lib/port-decorator.ts',
]);

/** Shared modules that the domain may use: facts and arithmetic. */
const PURE = new Set(['lib/backoff.ts', 'lib/contract.ts']);

/** A part of lib around the domain: itself, the domain, and the three shared modules. */
function adapterRule(part: string, example: string): Rule {
  const own = isIn(`lib/${part}`);
  return importRule(
    `lib/${part} imports of this project itself, the use cases and the shared modules of lib only`,
    own,
    (name) => !isOwn(name) || own(name) || isDomain(name) || SHARED.has(name),
    [`lib/${part}/x.ts`, example],
  );
}

const isEntry = (path: string) =>
  path === 'infra/app.ts' || isIn('tools')(path) || /^functions\/[^/]+\.ts$/.test(path);
const FORBIDDEN_NAMES = /^(index|utils?|helpers?|common|types?|misc|shared)$/;
const nameOf = (path: string) => posix.basename(path).replace(/(\.test|\.d)?\.ts$/, '');

const RULES: Rule[] = [
  importRule(
    'lib/account, lib/self-service and lib/operations import valibot, one another and pure shared modules only',
    isDomain,
    (name) => name === 'valibot' || isDomain(name) || PURE.has(name),
    ['lib/account/x.ts', '../log.ts'],
  ),
  adapterRule('store', '../directory/cognito-directory.ts'),
  adapterRule('directory', '../store/user-item.ts'),
  adapterRule('auth', '../http/problem.ts'),
  adapterRule('http', '../auth/access-token.ts'),
  adapterRule('trace', '../http/problem.ts'),
  importRule(
    'the shared modules of lib import valibot and the use cases only',
    (path) => SHARED.has(path),
    (name) => name === 'valibot' || isDomain(name) || SHARED.has(name),
    ['lib/log.ts', './store/user-item.ts'],
  ),
  importRule(
    'lib imports nothing of functions, infra, tools or test',
    isIn('lib'),
    (name) => !isOwn(name) || isIn('lib')(name),
    ['lib/http/x.ts', '../../tools/local/deployment.ts'],
  ),
  importRule(
    'functions import nothing of infra, tools or test',
    isIn('functions'),
    (name) => !isIn('infra', 'tools', 'test')(name),
    ['functions/x.ts', '../infra/app.ts'],
  ),
  importRule(
    'infra knows of lib its settings, its contract, its metrics and the password policy only, and functions by path',
    isIn('infra'),
    (name) =>
      !isOwn(name) ||
      isIn('infra')(name) ||
      [
        'lib/config.ts',
        'lib/contract.ts',
        'lib/account/password-policy.ts',
        'lib/metrics.ts',
      ].includes(name),
    ['infra/x.ts', '../functions/get-me.ts'],
  ),
  importRule(
    'nothing outside test imports test',
    (path) => !isIn('test')(path),
    (name) => !isIn('test')(name),
    ['tools/x.ts', '../test/support/builders.ts'],
  ),
  ownerRule('only lib/auth imports aws-jwt-verify', /^aws-jwt-verify/, isIn('lib/auth'), [
    'lib/http/x.ts',
    'aws-jwt-verify/jwt',
  ]),
  ownerRule(
    'only lib/store imports DynamoDB clients',
    /^@aws-sdk\/(client-dynamodb|lib-dynamodb|util-dynamodb)/,
    isIn('lib/store'),
    ['lib/directory/x.ts', '@aws-sdk/lib-dynamodb'],
  ),
  ownerRule(
    'only lib/directory imports the Cognito client',
    /^@aws-sdk\/client-cognito/,
    isIn('lib/directory'),
    ['lib/auth/x.ts', '@aws-sdk/client-cognito-identity-provider'],
  ),
  ownerRule('only lib/http imports middy', /^@middy\//, isIn('lib/http'), [
    'lib/auth/x.ts',
    '@middy/core',
  ]),
  {
    says: 'process.env is read in the entry files of functions and infra, and in tools, only',
    breaches: ({ path, text }) =>
      !isIn('test')(path) && !isEntry(path) && /\bprocess\.env\b/.test(text) ? ['process.env'] : [],
    example: aModule('lib/x.ts', 'const table = process.env.TABLE;'),
  },
  {
    says: 'files have kebab-case names that say what is in them, and none is a barrel',
    breaches: ({ path }) => {
      const name = nameOf(path);
      const isKebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name);
      return isKebab && !FORBIDDEN_NAMES.test(name) ? [] : [name];
    },
    example: aModule('lib/store/index.ts', ''),
  },
  {
    says: `a module outside test has at most ${MAX_LINES} lines`,
    breaches: ({ path, text }) => {
      const lines = text.trimEnd().split('\n').length;
      return isIn('test')(path) || lines <= MAX_LINES ? [] : [`${lines} lines`];
    },
    example: aModule('lib/x.ts', 'x\n'.repeat(MAX_LINES + 1)),
  },
  {
    says: 'tests pass fakes in and mock no module',
    breaches: ({ path, text }) =>
      isIn('test')(path) ? (text.match(/\bvi\.(?:do)?mock\(/gi) ?? []) : [],
    example: aModule('test/unit/x.test.ts', `vi.${'mock'}('../../lib/log.ts');`),
  },
];

function projectModules(): Module[] {
  return FOLDERS.filter((folder) => existsSync(join(ROOT, folder))).flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith('.ts') && !path.includes('/node_modules/'))
      .map((path) => aModule(path, readFileSync(join(ROOT, path), 'utf8'))),
  );
}

describe('the modules of this project', () => {
  const modules = projectModules();

  it('are found with what they import', () => {
    const handler = modules.find(({ path }) => path === 'functions/get-me.ts');

    expect(handler?.imports).toEqual([
      'lib/auth/access-token.ts',
      'lib/config.ts',
      'lib/http/get-me-handler.ts',
      'functions/aws-ports.ts',
      'functions/trace.ts',
      'functions/warm-up.ts',
    ]);
  });

  it.each(RULES)('keep the rule: $says', ({ says, breaches }) => {
    const broken = modules.flatMap((module) =>
      breaches(module).map((what) => `${module.path}: ${what}`),
    );

    expect(broken, says).toEqual([]);
  });
});

describe('the rules of modules', () => {
  it.each(RULES)('catch a breach of: $says', ({ breaches, example }) => {
    expect(breaches(example)).not.toEqual([]);
  });

  it.each([
    { form: 'an import', text: "import { x } from './x.ts';" },
    { form: 'an import of types', text: "import type { X } from './x.ts';" },
    { form: 'an import over lines', text: "import {\n  x,\n  y,\n} from './x.ts';" },
    { form: 'an import for its effects', text: "import './x.ts';" },
    { form: 'an export from elsewhere', text: "export { x } from './x.ts';" },
    { form: 'an import at run time', text: "  const x = await import('./x.ts');" },
  ])('see $form', ({ text }) => {
    expect(aModule('lib/store/y.ts', text).imports).toEqual(['lib/store/x.ts']);
  });
});
