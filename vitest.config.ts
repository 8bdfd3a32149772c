/**
 * Kinds of tests, each a project: unit, faults and simulation need nothing; stack synthesises; store
 * starts the local cloud; service deploys to it, and so do security, which attacks what it finds
 * there, and consumers, where clients that others made use it. `npm test` runs service beside the
 * ones before it; security, consumers and browser are `npm run test:<name>`.
 */
import { defineConfig } from 'vitest/config';
import { browserPath } from './test/support/browser-path.ts';

/** Of expect.poll, whose default of one second a busy machine needs for less. */
const PATIENCE = { timeout: 60_000 };

export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['lib/**', 'functions/**'],
      reporter: ['text-summary', 'html', 'json-summary'],
      reportsDirectory: '.local/coverage',
    },
    projects: [
      {
        // The example app's modules name the typed client, whose sources tsconfig.json knows.
        resolve: { tsconfigPaths: true },
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/store/in-memory*.test.ts'],
          // Modules are loaded once for all files: that is most of the time of these tests.
          isolate: false,
          expect: { poll: PATIENCE },
          // A limit for what hangs: how fast a machine is decides nothing.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'faults', include: ['test/faults/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'scale',
          include: ['test/scale/**/*.test.ts'],
          testTimeout: 120_000,
          execArgv: ['--expose-gc'],
        },
      },
      {
        test: {
          name: 'stack',
          include: ['test/stack/**/*.test.ts'],
          // The CDK is loaded once, and each stage's template made once.
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'store',
          include: ['test/store/dynamo*.test.ts'],
          globalSetup: ['test/support/store-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'service',
          include: ['test/api/**/*.test.ts'],
          globalSetup: ['test/support/service-setup.ts'],
          setupFiles: ['test/support/secret-watch.ts'],
          expect: { poll: PATIENCE },
          testTimeout: 180_000,
          hookTimeout: 300_000,
          // One service, and its functions run one worker per concurrent call.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'security',
          include: ['test/security/**/*.test.ts'],
          globalSetup: ['test/support/security-setup.ts'],
          setupFiles: ['test/support/secret-watch.ts'],
          expect: { poll: PATIENCE },
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'consumers',
          include: ['test/consumers/**/*.test.ts'],
          globalSetup: ['test/support/service-setup.ts'],
          setupFiles: ['test/support/secret-watch.ts'],
          testTimeout: 180_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: [`test/browser/${browserPath() === null ? 'no-browser' : '*.test'}.ts`],
          globalSetup: ['test/support/browser-setup.ts'],
          // A page shows what it will in its own time: expect.poll waits for it.
          expect: { poll: PATIENCE },
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
