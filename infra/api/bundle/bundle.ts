/**
 * Bundles one function into the folder that Lambda runs: `index.mjs`, and chunks that are loaded
 * lazily. docs/performance.md measures each choice. As a program it takes the name of the module in
 * `functions/` without its extension, and the output folder. Must not import CDK.
 */
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { argv } from 'node:process';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { DYNAMODB_ERRORS } from './dynamodb-errors.ts';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..', '..');
const stub = (name: string) => join(import.meta.dirname, `${name}.ts`);

/**
 * Loads Node's built-in modules without their ES module wrapper, which reads every export and so
 * loads the lazy ones too: `import 'node:http'` would load a fetch client and a WebSocket.
 */
const BUILTIN_MODULES: Plugin = {
  name: 'builtin-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
      isBuiltin(path) && kind === 'import-statement'
        ? { path, namespace: 'builtin', sideEffects: false }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {});
      // PURE lets esbuild drop the exports that nothing imports.
      const exported = names.map((name, at) => `const n${at} = /* @__PURE__ */ read('${name}');`);
      const list = names.map((name, at) => `n${at} as ${name}`);
      return {
        contents: [
          `const module = process.getBuiltinModule('${path}');`,
          'const read = (name) => module[name];',
          ...exported,
          `export { module as default, ${list.join(', ')} };`,
        ].join('\n'),
      };
    });
  },
};

/** Packages without side effects that do not declare `sideEffects: false`. */
const SIDE_EFFECT_FREE = /[\\/]node_modules[\\/](?:aws-jwt-verify|@aws-sdk[\\/]lib-dynamodb)[\\/]/;
/** Modules of packages that the functions never run. */
const UNREACHABLE = [
  'jwt-verifier',
  'Sha256Js',
  'getInstanceMetadataRegion',
  'AdaptiveRetryStrategy',
];
/** Lazy ones: no call of the functions streams, and none runs in a browser. */
const NEVER_IMPORTED = ['@smithy/core/event-streams', 'bowser'];

/**
 * Drops modules of which nothing is used. The bundle of a function fails where packages have no module
 * of a name above, or that an alias replaces: docs/inner-names.md says what to do then.
 */
const UNUSED_MODULES: Plugin = {
  name: 'unused-modules',
  setup({ initialOptions, onResolve, onEnd, resolve }) {
    const imported = new Set<string>();
    const replaced = new Set<string>();
    const toStub = (name: string) => {
      replaced.add(name);
      return { path: stub('stubs') };
    };
    onResolve({ filter: /./ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === UNUSED_MODULES.name || from.kind === 'entry-point') return undefined;
      imported.add(path);
      if (from.kind === 'dynamic-import' && NEVER_IMPORTED.includes(path)) return toStub(path);
      const found = await resolve(path, { ...from, pluginData: UNUSED_MODULES.name });
      const name = basename(found.path, '.js');
      if (UNREACHABLE.includes(name)) return toStub(name);
      return SIDE_EFFECT_FREE.test(found.path) ? { ...found, sideEffects: false } : undefined;
    });
    onEnd(() => {
      // Only the functions of the API use all of them.
      if (!imported.has('@middy/core')) return undefined;
      const aliases = Object.keys(initialOptions.alias ?? {});
      const gone = [
        ...[...UNREACHABLE, ...NEVER_IMPORTED].filter((name) => !replaced.has(name)),
        ...aliases.filter((name) => !imported.has(name)),
      ];
      return { errors: gone.map((name) => ({ text: `The packages have no ${name} any more` })) };
    });
  },
};

/**
 * Bundles what sends mail on its own. Its client speaks another protocol than those of DynamoDB and
 * Cognito: in chunks shared with them, every cold start would read what only that one needs.
 */
const SEPARATE_MODULE: Plugin = {
  name: 'separate-module',
  setup({ initialOptions, onResolve, onEnd }) {
    let isImported = false;
    onResolve({ filter: /^\.\/notices\.ts$/ }, ({ kind }) => {
      if (kind !== 'dynamic-import') return undefined;
      isImported = true;
      return { path: './notices.mjs', external: true };
    });
    onEnd(async () => {
      const entryPoints = { notices: 'functions/notices.ts' };
      if (isImported) await build({ ...initialOptions, entryPoints, plugins: [...MODULE_PLUGINS] });
    });
  },
};

/** Reduces each SDK client's package.json to its version, the only part that is read. */
const PACKAGE_VERSIONS: Plugin = {
  name: 'package-versions',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/][^\\/]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/**
 * Keeps all code that a cold start needs in one chunk. Without it, esbuild makes a chunk for each set of
 * lazy modules that share something. Each lazy module imports what the function imports at its start,
 * which by then is there, so that all of them share the same.
 */
async function oneEagerChunk(options: BundleOptions, entry: string): Promise<Plugin> {
  // Of this project's modules alone, so that the packages are read and minified once.
  const { metafile } = await build({
    ...options,
    plugins: [],
    alias: {},
    packages: 'external',
    metafile: true,
    write: false,
  });
  const isOwn = (path: string) => /^(?:functions|lib)\//.test(path);
  const importedBy = (file: string, kind: string) =>
    (metafile.inputs[file]?.imports ?? [])
      .filter((one) => one.kind === kind && isOwn(one.path))
      .map(({ path }) => join(PROJECT_ROOT, path));
  const lazy = new Set(
    Object.keys(metafile.inputs).flatMap((file) => importedBy(file, 'dynamic-import')),
  );
  const imports = importedBy(entry, 'import-statement').map(
    (path) => `import ${JSON.stringify(path)};`,
  );
  return {
    name: 'one-eager-chunk',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) =>
        lazy.has(path)
          ? { contents: [...imports, await readFile(path, 'utf8')].join('\n'), loader: 'ts' }
          : undefined,
      );
    },
  };
}

const MODULE_PLUGINS = [BUILTIN_MODULES, UNUSED_MODULES, PACKAGE_VERSIONS, DYNAMODB_ERRORS];

/** Options of a bundle, to which `bundle` adds a plugin. */
export type BundleOptions = BuildOptions & { plugins: Plugin[] };

/** esbuild options for the function of that entry: the same output on every machine. */
export function bundleOptions(entry: string, folder: string) {
  return {
    absWorkingDir: PROJECT_ROOT,
    entryPoints: { index: `functions/${entry}.ts` },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    // Includes the SDK: the runtime's own is CommonJS, loads slower and changes without a deployment.
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Prefer ES modules, from which esbuild can drop unused code.
    mainFields: ['module', 'main'],
    // Code behind `import()` becomes a chunk of its own, which a cold start does not read.
    splitting: true,
    minify: true,
    legalComments: 'none',
    alias: {
      '@aws-sdk/credential-provider-node': stub('environment-credentials'),
      '@aws-sdk/dynamodb-codec': stub('dynamodb-json'),
      '@aws-sdk/endpoint-cache': stub('stubs'),
    },
    plugins: [SEPARATE_MODULE, ...MODULE_PLUGINS],
    logLevel: 'warning',
  } satisfies BuildOptions;
}

/** Bundles the function of that entry with options of `bundleOptions`. */
export async function bundle(entry: string, options: BundleOptions): Promise<void> {
  const plugin = await oneEagerChunk(options, `functions/${entry}.ts`);
  await build({ ...options, plugins: [...options.plugins, plugin] });
}

if (import.meta.main) {
  const [, , entry, folder] = argv;
  if (entry === undefined || folder === undefined) throw new Error('bundle.ts <entry> <folder>');
  await bundle(entry, bundleOptions(entry, folder));
}
