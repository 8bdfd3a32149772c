/** What each choice gains, or costs: the product with that one choice undone. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { bundleOptions } from '../../infra/api/bundle/bundle.ts';
import { type Competitor, run } from './competitor-process.ts';
import { BENCH_FOLDER, onNode } from './competitors.ts';

type Options = ReturnType<typeof bundleOptions>;
interface Ablation {
  title: string;
  undo: (options: Options) => BuildOptions;
}

/** With other code in a module of ours. */
const instead =
  (module: string, contents: string) =>
  (options: Options): BuildOptions => {
    const path = new RegExp(`[\\\\/]${module}\\.ts$`);
    const replace: Plugin = {
      name: `instead of ${module}`,
      setup({ onLoad, onEnd }) {
        let found = false;
        onLoad({ filter: path }, () => {
          found = true;
          return { contents };
        });
        onEnd(() => {
          if (!found) throw new Error(`No module ${module}`);
        });
      },
    };
    return { ...options, plugins: [...options.plugins, replace] };
  };
const without = (name: string) => (options: Options) => ({
  ...options,
  plugins: options.plugins.filter((plugin) => plugin.name !== name),
});
const withoutAlias = (name: string) => (options: Options) => {
  const kept = Object.entries(options.alias).filter(([from]) => from !== name);
  return { ...options, alias: Object.fromEntries(kept) };
};

const REQUIRE =
  "{ require: process.getBuiltinModule('node:module').createRequire(import.meta.url) }";

/** What a cold start may gain by. */
const COLD: Record<string, Ablation> = {
  warmUp: {
    title: 'first read while Lambda initialises',
    undo: instead('warm-up', 'export async function warmUp() {}'),
  },
  splitting: {
    title: 'code split, Cognito client loaded when needed',
    undo: (options) => ({ ...options, splitting: false }),
  },
  mainFields: {
    title: 'ES modules of the packages',
    undo: (options) => ({
      ...options,
      mainFields: ['main', 'module'],
      // CommonJS asks for Node's modules with this.
      banner: { js: `const { require } = ${REQUIRE};` },
    }),
  },
  credentials: {
    title: 'credentials from the environment only',
    undo: withoutAlias('@aws-sdk/credential-provider-node'),
  },
  builtins: {
    title: "Node's modules without their ES form",
    undo: without('builtin-modules'),
  },
  unused: {
    title: 'code left out that never runs',
    undo: (options) =>
      withoutAlias('@aws-sdk/endpoint-cache')({
        ...options,
        ...without('unused-modules')(options),
      }),
  },
  minify: { title: 'minified', undo: (options) => ({ ...options, minify: false }) },
};

const PLAIN_CLIENT = `
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AWS_CLIENT_CONFIG } from './aws-client-config.ts';
export const openDynamoDb = () => new DynamoDBClient(AWS_CLIENT_CONFIG);`;
const CREDENTIALS_PER_CALL =
  "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';";
const NO_LOG = `
export const createLog = () => () => undefined;
export const describeError = () => ({});`;

/** What a warm call may gain by, and what promises cost it. */
const WARM: Record<string, Ablation> = {
  lightCalls: {
    title: "one signer, and the SDK's idle steps left out",
    undo: instead('dynamo-client', PLAIN_CLIENT),
  },
  readOnce: {
    title: 'credentials read once',
    undo: instead('environment-credentials', CREDENTIALS_PER_CALL),
  },
  logLine: { title: '(promise) a line of log per request', undo: instead('log', NO_LOG) },
  callBudget: {
    title: '(promise) a budget for each call of the table',
    undo: instead('aws-client-config', 'export const AWS_CLIENT_CONFIG = {};'),
  },
};

/** The product as it is deployed, with each ablation undone, and cold with the one that was refused. */
export async function ablatedCompetitors(product: Competitor, eventFile: string) {
  const undone = (ablations: Record<string, Ablation>) =>
    Promise.all(
      Object.entries(ablations).map(async ([name, { title, undo }]) => {
        const folder = join(BENCH_FOLDER, 'ablations', name);
        await build(undo(bundleOptions('get-me', folder)));
        return onNode(name, title, join(folder, 'index.mjs'), product.env);
      }),
    );
  const cache = join(BENCH_FOLDER, 'ablations', 'compile-cache');
  await rm(cache, { recursive: true, force: true });
  const cached = {
    ...product,
    name: 'compileCache',
    title: "(refused) Node's compile cache, made on this machine",
    env: { ...product.env, NODE_COMPILE_CACHE: cache },
  };
  await run(cached, 'cold', [eventFile, '']);
  return {
    cold: [product, ...(await undone(COLD)), cached],
    warm: [product, ...(await undone(WARM))],
  };
}
