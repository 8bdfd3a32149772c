/** Runs the programs in docs/usage against the deployed service. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
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
import { aBrowser } from '../support/hosted-browser.ts';

/** Less than the limit of a test, so that a program that hangs is named. */
const MAX_SECONDS = 150;
const run = promisify(execFile);

/** A project of its own, outside of this one, in which the packed client is installed. */
let folder: string;
/** Paths in the packed client. */
let packed: string[];
let python: string;

beforeAll(async () => {
  await mkdir(LOCAL_FOLDER, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), 'usage-'));
  packed = await installClient();
  const children = new ChildProcesses(join(LOCAL_FOLDER, 'usage.log'));
  const progress = createProgress(() => {}, '.local/usage.log');
  python = await ensurePythonEnvironment('requirements-usage', children, progress);
  await children.stop();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Packs the client and installs it, beside the locked packages that other programs need. @returns its files */
async function installClient(): Promise<string[]> {
  const env = environmentWithoutAws();
  const inProject = { cwd: PROJECT_ROOT, env };
  await run('npm', ['run', '-s', 'build', '-w', 'examples/client'], inProject);
  const pack = ['pack', '-w', 'examples/client', '--pack-destination', folder, '--json'];
  const [{ filename, files }] = JSON.parse((await run('npm', pack, inProject)).stdout);
  await cp(join(PROJECT_ROOT, 'test/usage'), folder, { recursive: true });
  const install = ['install', '--ignore-scripts', '--no-audit', '--prefer-offline'];
  await run('npm', [...install, `./${filename}`], { cwd: folder, env });
  return files.map(({ path }: { path: string }) => path);
}

/** All code blocks of one language on a page, in order; those in a list are indented. */
function blocks(page: string, language: string): string {
  const found = page.matchAll(/^( *)```(\w+)\n(.*?)^ *```$/gms);
  return [...found]
    .flatMap(([, indent = '', name, text = '']) =>
      name === language ? [text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')] : [],
    )
    .join('');
}

const pageOf = (name: string) =>
  readFile(join(PROJECT_ROOT, 'docs', 'usage', `${name}.md`), 'utf8');

/** The program of a page, as a file in the project. */
async function programOf(page: string, extension: string, language = extension) {
  const file = join(folder, `program-${language}.${extension}`);
  await writeFile(file, blocks(page, language));
  return file;
}

interface Page {
  name: string;
  language: string;
  extension?: string;
  /** Whether its program waits where the service is busy. */
  waits: boolean;
  command: (file: string) => string[];
}

const node = (file: string) => [process.execPath, file];
const PAGES: Page[] = [
  { name: 'typescript', language: 'ts', waits: true, command: node },
  { name: 'fetch', language: 'js', waits: false, command: node },
  { name: 'axios', language: 'js', waits: true, command: node },
  { name: 'amplify', language: 'js', waits: true, command: node },
  {
    name: 'python',
    language: 'python',
    extension: 'py',
    waits: true,
    command: (file) => [python, file],
  },
  { name: 'curl', language: 'sh', waits: false, command: (file) => ['bash', '-eu', file] },
];

it('the client is packed with its types, README and licence, and nothing else', () => {
  const modules = ['account-client', 'api-schema', 'interceptors', 'received-problem'];
  const built = modules.flatMap((name) => [`dist/${name}.d.ts`, `dist/${name}.js`]);
  expect(packed.toSorted()).toEqual(['LICENSE', 'README.md', ...built, 'package.json']);
});

describe('the page', () => {
  it.each(PAGES)('$name prints the documented output', async (page) => {
    const text = await pageOf(page.name);
    const [program = '', ...args] = page.command(
      await programOf(text, page.extension ?? page.language, page.language),
    );
    const person = await aPerson({ name: 'Ada Lovelace' });
    const { accessToken } = await signIn(stack, person);
    const [service] = stack.serviceAccounts;
    const api = await startAgedSignIn(page.waits);
    onTestFinished(api.stop);

    const env = {
      ...environmentWithoutAws(),
      API_URL: api.url,
      TOKEN: person.token,
      NEW_TOKEN: accessToken,
      TOKEN_URL: stack.tokenUrl,
      CLIENT_ID: service?.clientId,
      CLIENT_SECRET: service?.clientSecret,
      USER_POOL_ID: stack.userPoolId,
      SPA_CLIENT_ID: stack.spaClientId,
      COGNITO_URL: stack.endpointUrl,
      NAME: person.username,
      PASSWORD: person.password,
    };
    const { stdout } = await run(program, args, { env, cwd: folder, timeout: MAX_SECONDS * 1000 });

    expect(stdout).toBe(blocks(text, 'output'));
  });

  it('typescript compiles with the packed client, in a strict project without this one', async () => {
    const program = await programOf(await pageOf('typescript'), 'ts');
    const modules = join(PROJECT_ROOT, 'node_modules');
    const types = ['--types', 'node', '--typeRoots', join(modules, '@types')];
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext'];

    const tsc = join(modules, '.bin/tsc');
    await run(tsc, [...options, ...types, '--ignoreConfig', program], { cwd: folder });
  });

  it('sign-in signs in, and again for a change that requires it', async () => {
    const { startSignIn, finishSignIn, refresh, signInAgain } = await import(
      await programOf(await pageOf('sign-in'), 'js')
    );
    const config = { ...stack, clientId: stack.spaClientId };
    const tab = aTab();
    const browser = aBrowser();
    const person = await aPerson();
    const arrive = async () => {
      const arrival = await browser.arrive(new URL(tab.location.left), person);
      tab.location.search = arrival?.search ?? '';
      return finishSignIn(config);
    };
    const api = await startAgedSignIn(false);
    onTestFinished(api.stop);
    const rename = (token: string) =>
      fetch(`${api.url}/users/me`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ username: `${person.username}-2` }),
      });

    await startSignIn(config);
    const tokens = await arrive();
    const refused = await rename(tokens.access_token);
    const problem = (await refused.json()) as { code: string };
    expect(problem.code).toBe('insufficient_user_authentication');

    await signInAgain(config, problem);
    expect(await browser.arrive(new URL(tab.location.left), null)).toBe(null);
    const newTokens = await arrive();
    expect((await rename(newTokens.access_token)).status).toBe(200);

    const refreshed = await refresh(config, newTokens.refresh_token);
    expect(refreshed.access_token).not.toBe(newTokens.access_token);
    expect(await refresh(config, 'no-token')).toBe(null);
    expect(await finishSignIn(config)).toBe(null);
  });
});

/** The globals of a page, as far as the program of a sign-in uses them. */
function aTab() {
  const kept = new Map<string, string>();
  const location = {
    search: '',
    /** Where the page was left for. */
    left: '',
    assign(url: string) {
      location.left = url;
    },
  };
  vi.stubGlobal('location', location);
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return { location };
}
