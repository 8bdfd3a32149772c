/**
 * Clients that generators make of docs/openapi.json, as docs/usage/generated-clients.md says: they
 * compile strictly, refuse wrong types, have typed errors, and send what was meant.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEM_TYPE_PREFIX } from '../../lib/contract.ts';
import { ChildProcesses } from '../../tools/support/child-processes.ts';
import {
  environmentWithoutAws,
  LOCAL_FOLDER,
  PROJECT_ROOT,
} from '../../tools/support/cloud-access.ts';
import { createProgress } from '../../tools/support/progress.ts';
import { ensurePythonEnvironment } from '../../tools/support/python-environment.ts';
import { startRecordingServer } from '../support/recording-server.ts';
import { pythonRefusals, typescriptRefusals } from './generated-code.ts';

const run = promisify(execFile);
const document = JSON.parse(await readFile(join(PROJECT_ROOT, 'docs/openapi.json'), 'utf8'));
const page = await readFile(join(PROJECT_ROOT, 'docs/usage/generated-clients.md'), 'utf8');

/** npm packages, outside the project's own. */
const PACKAGES = join(LOCAL_FOLDER, 'generators');
/** Where the clients are made: inside the project, so that openapi-fetch resolves. */
const CLIENTS = join(LOCAL_FOLDER, 'generated-clients');

let environment: Record<string, string | undefined>;
let python: string;

beforeAll(async () => {
  await rm(CLIENTS, { recursive: true, force: true });
  await mkdir(CLIENTS, { recursive: true });
  await cp(join(PROJECT_ROOT, 'docs/openapi.json'), join(CLIENTS, 'openapi.json'));
  const children = new ChildProcesses(join(LOCAL_FOLDER, 'generators.log'));
  const progress = createProgress(console.log, '.local/generators.log');
  [python] = await Promise.all([
    ensurePythonEnvironment('requirements-generators', children, progress),
    installPackages(children),
  ]);
  await children.stop();
  const folders = [join(PACKAGES, 'node_modules/.bin'), dirname(python)];
  const inherited = environmentWithoutAws();
  // Node.js of the project first: generators need a newer one than the machine may have.
  const node = join(PROJECT_ROOT, 'node_modules/.bin');
  const PATH = [...folders, node, inherited['PATH']].join(delimiter);
  environment = { ...inherited, PATH, NO_COLOR: '1' };
});

afterAll(() => rm(CLIENTS, { recursive: true, force: true }));

async function installPackages(children: ChildProcesses): Promise<void> {
  const lock = await readFile(join(import.meta.dirname, 'generators/package-lock.json'));
  const stampFile = join(PACKAGES, 'installed.sha256');
  const stamp = createHash('sha256').update(lock).digest('hex');
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return;
  await cp(join(import.meta.dirname, 'generators'), PACKAGES, { recursive: true });
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts'];
  await children.run('npm', ['ci', ...quiet], { cwd: PACKAGES, env: environmentWithoutAws() });
  await writeFile(stampFile, stamp);
}

/** The blocks of a section of the page, by language. */
function blocksOf(section: string): Record<string, string> {
  const [, text = ''] = page.split(`\n## ${section}\n`);
  const [own = ''] = text.split('\n## ');
  return Object.fromEntries(
    [...own.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, block]) => [language, block]),
  );
}

/** Runs a command where the clients are. @returns what it printed, both streams */
async function inClients(command: string, args: readonly string[], more = {}): Promise<string> {
  const env = { ...environment, ...more };
  const { stdout, stderr } = await run(command, args, { cwd: CLIENTS, env }).catch((error) => {
    throw new Error(`${command} failed:\n${error.stdout}${error.stderr}`);
  });
  return `${stdout}${stderr}`;
}

const SECTIONS = {
  'openapi-typescript': 'openapi-typescript',
  'hey-api': '@hey-api/openapi-ts',
  orval: 'orval',
  openapi_python_client: 'openapi-python-client',
  datamodel: 'datamodel-code-generator',
};

/** Lines that a generator prints in any case, and that are no warnings. */
const EXPECTED_OUTPUT = [
  /^✨ openapi-typescript/,
  /^🚀 openapi.json →/,
  /@hey-api\/openapi-ts v/,
  /\[Job 1\]/,
  /^🍻 orval v/,
  /^users - 🎉/,
  /^Generating /,
];

/** Generates a client, and says what was printed besides. */
async function generate(name: keyof typeof SECTIONS): Promise<string[]> {
  const { sh = '', js } = blocksOf(SECTIONS[name]);
  if (js !== undefined) await writeFile(join(CLIENTS, 'orval.config.mjs'), js);
  const printed = await inClients('bash', ['-euc', sh]);
  const lines = printed.split('\n').filter((line) => line.trim() !== '');
  return lines.filter((line) => !EXPECTED_OUTPUT.some((expected) => expected.test(line)));
}

const CODE_LISTS = ['ProblemCode', 'FieldErrorCode', 'CapabilityReason'];
const NAMES = ['User', 'UserUpdate', 'UserMergePatch', ...CODE_LISTS];
const codes = Object.fromEntries(
  CODE_LISTS.map((list) => [list, document.components.schemas[list].enum]),
);

/** Modules that export the types by their names in the document. */
const TYPES = {
  'openapi-typescript': [
    "import type { components } from './openapi-typescript.d.ts';",
    ...NAMES.map((name) => `export type ${name} = components['schemas']['${name}'];`),
  ].join('\n'),
  'hey-api': `export type { ${NAMES.join(', ')} } from './hey-api';`,
  orval: `export type { ${NAMES.join(', ')} } from './orval';`,
};

const STRICT = ['--strict', '--noUncheckedIndexedAccess'];
const MODULES = ['--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2024'];
const COMPILE = [...STRICT, ...MODULES, '--types', 'node', '--noEmit', '--ignoreConfig'];

/** A client's `__exit__` is not typed as mypy has it, whatever the document says. */
const MYPY = `[mypy]
strict = True
[mypy-openapi_python_client_users.client]
disable_error_code = arg-type
`;

const UPDATE = { password: 'Analytical-Engine-1843', metadata: { theme: null } };
const user = document.paths['/users/me'].get.responses[200].content['application/json'].example;
const problem = {
  type: `${PROBLEM_TYPE_PREFIX}insufficient_user_authentication`,
  title: 'Unauthorized',
  status: 401,
  detail: 'This change needs a more recent sign-in. Sign in again.',
  code: 'insufficient_user_authentication',
  errors: [{ pointer: '/password', code: 'insufficient_user_authentication', detail: 'Again.' }],
  request_id: '9536681f-4e52-4027-9df1-a0450180293b',
  max_age: 900,
};

/** Runs the program of a page against a server that refuses the first request. */
async function runProgram(command: string, args: readonly string[]) {
  const server = await startRecordingServer();
  const bodies: unknown[] = [];
  server.handle = async (request, response) => {
    request.setEncoding('utf8');
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    await once(request, 'end');
    bodies.push(JSON.parse(text));
    const [status, type, body] =
      bodies.length === 1
        ? [401, 'application/problem+json', problem]
        : [200, 'application/json', user];
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
  };
  try {
    const variables = { API_URL: server.origin, TOKEN: 'a.b.c' };
    const printed = await inClients(command, args, variables);
    const sent = server.requests.map(({ method, url, headers }, index) => ({
      line: `${method} ${url}`,
      authorization: headers.authorization,
      type: headers['content-type'],
      ifMatch: headers['if-match'],
      body: bodies[index],
    }));
    return { printed, sent };
  } finally {
    server.stop();
  }
}

const EXPECTED = {
  printed: 'insufficient_user_authentication 900\nada\n',
  sent: [
    {
      line: 'PATCH /users/me',
      authorization: 'Bearer a.b.c',
      type: 'application/json',
      ifMatch: '"1"',
      body: UPDATE,
    },
    {
      line: 'PATCH /users/me',
      authorization: 'Bearer a.b.c',
      type: 'application/merge-patch+json',
      ifMatch: undefined,
      body: { metadata: { theme: null } },
    },
  ],
};

describe.each(['openapi-typescript', 'hey-api', 'orval'] as const)('%s', (name) => {
  it('generates a client without a warning', async () => {
    expect(await generate(name)).toEqual([]);
  });

  it('has types that refuse a wrong value of every field', async () => {
    await writeFile(join(CLIENTS, `${name}-types.ts`), TYPES[name]);
    const refusals = typescriptRefusals(`./${name}-types`, codes);
    await writeFile(join(CLIENTS, `${name}-refusals.ts`), refusals);
    await writeFile(join(CLIENTS, `${name}-program.ts`), blocksOf(SECTIONS[name])['ts'] ?? '');

    await inClients(join(PROJECT_ROOT, 'node_modules/.bin/tsc'), [
      ...COMPILE,
      `${name}-refusals.ts`,
      `${name}-program.ts`,
    ]);
  });

  it('sends what was meant, and understands the answers', async () => {
    const outfile = join(CLIENTS, `${name}-program.mjs`);
    const entryPoints = [join(CLIENTS, `${name}-program.ts`)];
    await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node' });

    expect(await runProgram('node', [outfile])).toEqual(EXPECTED);
  });
});

describe.each(['openapi_python_client', 'datamodel'] as const)('%s', (name) => {
  it('generates a client without a warning', async () => {
    expect(await generate(name)).toEqual([]);
  });

  it('has types that refuse a wrong value of every field', async () => {
    const isClient = name === 'openapi_python_client';
    const models = isClient ? `${name}_users.models` : `${name}_users`;
    await writeFile(join(CLIENTS, `${name}_refusals.py`), pythonRefusals(models));
    await writeFile(join(CLIENTS, `${name}_program.py`), blocksOf(SECTIONS[name])['python'] ?? '');

    await writeFile(join(CLIENTS, 'mypy.ini'), MYPY);

    await inClients('mypy', [`${name}_refusals.py`, `${name}_program.py`]);
  });

  it('sends what was meant, and understands the answers', async () => {
    expect(await runProgram(python, [`${name}_program.py`])).toEqual(EXPECTED);
  });
});
