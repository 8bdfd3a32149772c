/** What each choice of infra/bundle and the first read gain: the product with that one choice undone. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { bundleOptions } from '../../infra/bundle/bundle.ts';
import { type Contender, run } from './contender-process.ts';
import { BENCH_FOLDER, onNode } from './contenders.ts';

const NO_FIRST_READ: Plugin = {
  name: 'no-first-read',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]functions[\\/]first-read\.ts$/ }, () => ({
      contents: 'export async function firstRead() {}',
    }));
  },
};

type Options = ReturnType<typeof bundleOptions>;
interface Lever {
  title: string;
  undo: (options: Options) => BuildOptions;
}

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

const LEVERS: Record<string, Lever> = {
  firstRead: {
    title: 'first read while Lambda initialises',
    undo: (options) => ({ ...options, plugins: [...options.plugins, NO_FIRST_READ] }),
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

/** The product as it is deployed, with each lever undone, and with the one that was refused. */
export async function leverContenders(product: Contender, eventFile: string): Promise<Contender[]> {
  const undone = Object.entries(LEVERS).map(async ([name, { title, undo }]) => {
    const folder = join(BENCH_FOLDER, 'levers', name);
    await build(undo(bundleOptions('get-me', folder)));
    return onNode(name, title, join(folder, 'index.mjs'), product.env);
  });
  const cache = join(BENCH_FOLDER, 'levers', 'compile-cache');
  await rm(cache, { recursive: true, force: true });
  const cached = {
    ...product,
    name: 'compileCache',
    title: "(refused) Node's compile cache, made on this machine",
    env: { ...product.env, NODE_COMPILE_CACHE: cache },
  };
  await run(cached, 'cold', [eventFile, '']);
  return [product, ...(await Promise.all(undone)), cached];
}
