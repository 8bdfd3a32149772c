/** Prepares all competitors: the product's bundles and its peers. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { execPath } from 'node:process';
import type { ChildProcesses } from '../../tools/support/child-processes.ts';
import { environmentWithoutAws } from '../../tools/support/cloud-access.ts';
import type { Progress } from '../../tools/support/progress.ts';
import { ensurePythonEnvironment } from '../../tools/support/python-environment.ts';
import { BENCH_FOLDER, type Competitor } from './competitor-process.ts';
import { type DeployedBundle, deployedBundles } from './deployed-bundles.ts';
import { TABLE_NAME, USER_POOL_ID } from './fixture.ts';
import { peerBundles } from './peer-bundles.ts';

const HERE = import.meta.dirname;
/** The peers' modules, beside their packages. */
export const SOURCES = join(BENCH_FOLDER, 'peers');
const EMPTY_HOME = join(BENCH_FOLDER, 'home');

/** Peers on Node.js, bundled with the SDK, which starts no slower than CDK's default. */
const PEERS = {
  bare: 'DocumentClient, no framework',
  hono: 'Hono + zod',
  powertools: 'Powertools router',
  express: 'Express 5 + serverless-http',
  fastify: 'Fastify + its Lambda adapter',
  'no-sdk-baseline': 'baseline: no SDK, requests signed by hand',
};

/** The same peers serve both operations; the product has a function for each. */
interface Prepared {
  get: Competitor[];
  patch: Competitor[];
  python: string;
}

/** Recreates the output folder with the peers' packages, and bundles the peers and the product. */
export async function prepareCompetitors(
  endpoint: string,
  children: ChildProcesses,
  progress: Progress,
): Promise<Prepared> {
  await progress('Installing the peers', () => installPeers(children));
  const python = await ensurePythonEnvironment('requirements-bench', children, progress);
  const products = await progress('Bundling the product and the peers', async () =>
    deployedBundles(join(BENCH_FOLDER, 'product')),
  );
  const bundled = peerBundles(Object.keys(PEERS), SOURCES, join(BENCH_FOLDER, 'bundled'), true);
  const external = peerBundles(['bare'], SOURCES, join(BENCH_FOLDER, 'external'), false);
  const env = lambdaEnvironment(endpoint);
  const productOf = ({ entry, variables }: DeployedBundle) =>
    onNode('product', 'this service', entry, { ...env, ...variables });
  const peers = [
    ...Object.entries(PEERS).map(([name, title]) =>
      onNode(name, title, bundled.get(name) ?? '', env),
    ),
    onNode('bareExternal', 'DocumentClient, SDK not bundled', external.get('bare') ?? '', env),
    fastapi(python, env),
  ];
  const { GetMe, PatchMe } = products;
  return { get: [productOf(GetMe), ...peers], patch: [productOf(PatchMe), ...peers], python };
}

/** The environment that Lambda sets for every function, with the stub's endpoint. */
export function lambdaEnvironment(endpoint: string): Record<string, string> {
  return {
    PATH: [dirname(execPath), '/usr/bin', '/bin'].join(delimiter),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    // Empty, so that no configuration file is found.
    HOME: EMPTY_HOME,
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SESSION_TOKEN: 'test',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: 'get-me',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_ENDPOINT_URL: endpoint,
    USERS_TABLE_NAME: TABLE_NAME,
    USER_POOL_ID,
  };
}

/** A competitor that runs on the current Node.js. */
export function onNode(
  name: string,
  title: string,
  entry: string,
  env: Readonly<Record<string, string>>,
): Competitor {
  const runners = { cold: join(HERE, 'runners/cold.js'), warm: join(HERE, 'runners/warm.js') };
  return { name, title, command: execPath, runners, entry, env };
}

function fastapi(python: string, env: Readonly<Record<string, string>>): Competitor {
  return {
    name: 'fastapi',
    title: 'FastAPI + Mangum + fastapi-users',
    command: python,
    runners: { cold: join(HERE, 'runners/cold.py'), warm: join(HERE, 'runners/warm.py') },
    entry: join(SOURCES, 'fastapi.py'),
    env: { ...env, PYTHONDONTWRITEBYTECODE: '1' },
  };
}

/** Recreates the output folder with the peers' packages. */
export async function installPeers(children: ChildProcesses): Promise<void> {
  mkdirSync(EMPTY_HOME, { recursive: true });
  for (const folder of ['product', 'bundled', 'external', 'ablations']) {
    rmSync(join(BENCH_FOLDER, folder), { recursive: true, force: true });
  }
  // As in Lambda, no package.json above the bundles sets a module type.
  writeFileSync(join(BENCH_FOLDER, 'package.json'), '{}\n');
  cpSync(join(HERE, 'peers'), SOURCES, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    cpSync(join(HERE, file), join(SOURCES, file));
  }
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts'];
  await children.run('npm', ['ci', ...quiet], { cwd: SOURCES, env: environmentWithoutAws() });
}
