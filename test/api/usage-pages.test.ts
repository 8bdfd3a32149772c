/** Runs the programs in docs/usage against the deployed service. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '../../tools/local/sign-in.ts';
import { ChildProcesses } from '../../tools/support/child-processes.ts';
import {
  environmentWithoutAws,
  LOCAL_FOLDER,
  PROJECT_ROOT,
} from '../../tools/support/cloud-access.ts';
import { createProgress } from '../../tools/support/progress.ts';
import { ensurePythonEnvironment } from '../../tools/support/python-environment.ts';
import { startAgedSignIn } from '../support/aged-sign-in.ts';
import { aPerson, stack } from '../support/deployed-service.ts';

const MAX_SECONDS = 50;
const run = promisify(execFile);

/** A project that has nothing but the packed client. */
let folder: string;
let python: string;

beforeAll(async () => {
  await mkdir(LOCAL_FOLDER, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), 'usage-'));
  await installClient();
  const children = new ChildProcesses(join(LOCAL_FOLDER, 'usage.log'));
  const progress = createProgress(() => {}, '.local/usage.log');
  python = await ensurePythonEnvironment('requirements-usage', children, progress);
  await children.stop();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function installClient() {
  const env = environmentWithoutAws();
  const inProject = { cwd: PROJECT_ROOT, env };
  await run('npm', ['run', '-s', 'build', '-w', 'examples/client'], inProject);
  const pack = ['pack', '-w', 'examples/client', '--pack-destination', folder, '--json'];
  const [{ filename }] = JSON.parse((await run('npm', pack, inProject)).stdout);
  await writeFile(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  const install = ['install', '--ignore-scripts', '--no-audit', '--prefer-offline'];
  await run('npm', [...install, `./${filename}`], { cwd: folder, env });
}

/** All code blocks of one language on a page, in order. */
function blocks(page: string, language: string): string {
  const found = page.matchAll(/^```(\w+)\n(.*?)^```$/gms);
  return [...found].flatMap(([, name, text]) => (name === language ? [text] : [])).join('');
}

/** Runs the program of a page. @returns its output, and the output shown on the page */
async function outputOf(name: string, language: string, command: (file: string) => string[]) {
  const page = await readFile(join(PROJECT_ROOT, 'docs', 'usage', `${name}.md`), 'utf8');
  const file = join(folder, `program.${language === 'python' ? 'py' : language}`);
  await writeFile(file, blocks(page, language));
  const person = await aPerson({ name: 'Ada Lovelace' });
  const { accessToken } = await signIn(stack, person);
  const [service] = stack.serviceAccounts;
  const api = await startAgedSignIn(person.token);
  try {
    const env = {
      ...environmentWithoutAws(),
      API_URL: api.url,
      TOKEN: person.token,
      NEW_TOKEN: accessToken,
      TOKEN_URL: stack.tokenUrl,
      CLIENT_ID: service?.clientId,
      CLIENT_SECRET: service?.clientSecret,
    };
    const [program = '', ...args] = command(file);
    const { stdout } = await run(program, args, { env, cwd: folder, timeout: MAX_SECONDS * 1000 });
    return { printed: stdout, expected: blocks(page, 'output') };
  } finally {
    await api.stop();
  }
}

describe('the page', () => {
  it('of TypeScript compiles with the packed client, and prints the documented output', async () => {
    const { printed, expected } = await outputOf('typescript', 'ts', (file) => [
      process.execPath,
      file,
    ]);

    expect(printed).toBe(expected);
    const modules = join(PROJECT_ROOT, 'node_modules');
    const types = ['--types', 'node', '--typeRoots', join(modules, '@types')];
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext'];
    const program = join(folder, 'program.ts');
    const tsc = join(modules, '.bin/tsc');
    await run(tsc, [...options, ...types, '--ignoreConfig', program], { cwd: folder });
  });

  it('of Python prints the documented output', async () => {
    const { printed, expected } = await outputOf('python', 'python', (file) => [python, file]);

    expect(printed).toBe(expected);
  });

  it('of curl prints the documented output', async () => {
    const { printed, expected } = await outputOf('curl', 'sh', (file) => ['bash', '-eu', file]);

    expect(printed).toBe(expected);
  });
});
