/** Ablations: the product with one optimisation removed each, to measure what it gains. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { type BundleOptions, bundle, bundleOptions } from '../../infra/api/bundle/bundle.ts';
import { BENCH_FOLDER, type Competitor, run } from './competitor-process.ts';
import { onNode } from './competitors.ts';
import { GET_CALL } from './fixture.ts';

type Options = ReturnType<typeof bundleOptions>;
interface Ablation {
  title: string;
  undo: (options: Options) => BundleOptions;
  /** How the function is bundled. @default as deployed */
  make?: (options: BundleOptions) => Promise<unknown>;
}

/** Replaces the code of one of our modules. */
const replacing =
  (module: string, contents: string) =>
  (options: Options): BundleOptions => {
    const path = new RegExp(`[\\\\/]${module}\\.ts$`);
    const replace: Plugin = {
      name: `replacement of ${module}`,
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

/** Optimisations of a cold start. */
const COLD: Record<string, Ablation> = {
  warmUp: {
    title: 'first read during initialisation',
    undo: replacing('warm-up', 'export async function warmUp() {}'),
  },
  splitting: {
    title: 'code splitting, Cognito client loaded on demand',
    undo: (options) => ({ ...options, splitting: false }),
  },
  chunks: {
    title: 'all code of a cold start in one chunk',
    undo: (options) => options,
    make: build,
  },
  mainFields: {
    title: 'ES modules of the packages',
    undo: (options) => ({
      ...options,
      mainFields: ['main', 'module'],
      // Bundled CommonJS modules load built-in modules with this.
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
    title: 'unreachable code removed',
    undo: (options) =>
      withoutAlias('@aws-sdk/endpoint-cache')({
        ...options,
        ...without('unused-modules')(options),
      }),
  },
  errors: {
    title: "DynamoDB's error classes without members left out",
    undo: without('dynamodb-errors'),
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

/** Optimisations of a warm call, and the cost of promised features. */
const WARM: Record<string, Ablation> = {
  lightCalls: {
    title: "one signer, and the SDK's unused middleware removed",
    undo: replacing('dynamo-client', PLAIN_CLIENT),
  },
  codec: {
    title: "JSON of DynamoDB read and written without the SDK's schemas",
    undo: withoutAlias('@aws-sdk/dynamodb-codec'),
  },
  readOnce: {
    title: 'credentials read once',
    undo: replacing('environment-credentials', CREDENTIALS_PER_CALL),
  },
  logLine: { title: '(promise) a log line per request', undo: replacing('log', NO_LOG) },
  callBudget: {
    title: '(promise) a time limit for each call to the table',
    undo: replacing('aws-client-config', 'export const AWS_CLIENT_CONFIG = {};'),
  },
};

const asDeployed = (options: BundleOptions) => bundle('get-me', options);

/** The product as deployed, each of its ablations, and the optimisation that was rejected. */
export async function ablatedCompetitors(product: Competitor) {
  const undone = (ablations: Record<string, Ablation>) =>
    Promise.all(
      Object.entries(ablations).map(async ([name, { title, undo, make = asDeployed }]) => {
        const folder = join(BENCH_FOLDER, 'ablations', name);
        await make(undo(bundleOptions('get-me', folder)));
        return onNode(name, title, join(folder, 'index.mjs'), product.env);
      }),
    );
  const cache = join(BENCH_FOLDER, 'ablations', 'compile-cache');
  await rm(cache, { recursive: true, force: true });
  const cached = {
    ...product,
    name: 'compileCache',
    title: "(rejected) Node's compile cache, created on this machine",
    env: { ...product.env, NODE_COMPILE_CACHE: cache },
  };
  await run(cached, 'cold', GET_CALL, ['']);
  const { NODE_OPTIONS: _, ...env } = product.env;
  const defaultHeap = { ...product, name: 'youngGeneration', title: 'small young generation', env };
  return {
    cold: [product, ...(await undone(COLD)), cached],
    warm: [product, ...(await undone(WARM)), defaultHeap],
  };
}
