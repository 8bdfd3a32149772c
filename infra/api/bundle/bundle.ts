/**
 * Bundles one function into the folder that Lambda runs: `index.mjs`, and beside it what is loaded
 * only when needed. Each choice is measured in docs/performance.md. As a program it takes the
 * module below `functions/` without its ending, and the folder. Must not know CDK.
 */
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { argv } from 'node:process';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..', '..');
const stub = (name: string) => join(import.meta.dirname, `${name}.ts`);

/**
 * Node's own modules without their ES module form, which reads every export of one, those that
 * are loaded when first read included: `import 'node:http'` costs a fetch client and a WebSocket.
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
      // What nobody imports is left out, because reading the others is said to have no effect.
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

/** Packages whose modules only define things, but that do not say so to bundlers. */
const SIDE_EFFECT_FREE = /[\\/]node_modules[\\/](?:aws-jwt-verify|@aws-sdk[\\/]lib-dynamodb)[\\/]/;
/** Modules of packages of which nothing ever runs in the functions. */
const UNREACHABLE = /[\\/](?:aws-jwt-verify[\\/]dist[\\/]esm[\\/]jwt-verifier|Sha256Js)\.js$/;

/** Leaves modules out that nothing is used of. */
const UNUSED_MODULES: Plugin = {
  name: 'unused-modules',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /./ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === UNUSED_MODULES.name || from.kind === 'entry-point') return undefined;
      const found = await resolve(path, { ...from, pluginData: UNUSED_MODULES.name });
      if (UNREACHABLE.test(found.path)) return { path: stub('stubs') };
      return SIDE_EFFECT_FREE.test(found.path) ? { ...found, sideEffects: false } : undefined;
    });
  },
};

/** What the SDK's clients read of their own package: the version they tell AWS. */
const PACKAGE_VERSIONS: Plugin = {
  name: 'package-versions',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/][^\\/]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** How the function of that entry is bundled: the same on every machine. */
export function bundleOptions(entry: string, folder: string) {
  return {
    absWorkingDir: PROJECT_ROOT,
    entryPoints: { index: `functions/${entry}.ts` },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    // The SDK too: the runtime's own is CommonJS, slower to load, and changes under the function.
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // ES modules of packages lose what is not used of them.
    mainFields: ['module', 'main'],
    // Code behind `import()` gets files of its own, so that a cold start does not read it.
    splitting: true,
    minify: true,
    legalComments: 'none',
    alias: {
      '@aws-sdk/credential-provider-node': stub('environment-credentials'),
      '@aws-sdk/endpoint-cache': stub('stubs'),
    },
    plugins: [BUILTIN_MODULES, UNUSED_MODULES, PACKAGE_VERSIONS],
    logLevel: 'warning',
  } satisfies BuildOptions;
}

if (import.meta.main) {
  const [, , entry, folder] = argv;
  if (entry === undefined || folder === undefined) throw new Error('bundle.ts <entry> <folder>');
  await build(bundleOptions(entry, folder));
}
