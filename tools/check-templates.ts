/**
 * `npm run check:templates`: synthesises every stage and deployments with all settings, which runs the
 * stack's own checks, then runs cfn-lint, and checkov on all of them together.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ALL_SETTINGS, ALL_SETTINGS_OWN_POOL } from './checks/all-settings.ts';
import { EXAMPLE_STAGES } from './checks/example-stages.ts';
import { ACCEPTED_FINDINGS, scanFaults } from './checks/template-scan.ts';
import { ChildProcesses } from './support/child-processes.ts';
import { environmentWithoutAws, LOCAL_FOLDER, PROJECT_ROOT } from './support/cloud-access.ts';
import { createProgress, UserFacingError } from './support/progress.ts';
import { ensurePythonEnvironment } from './support/python-environment.ts';

const folder = await mkdtemp(join(tmpdir(), 'current-user-templates-'));
const children = new ChildProcesses(join(LOCAL_FOLDER, 'templates.log'));
const progress = createProgress(console.log, '.local/templates.log');
// Synthesis needs no AWS access.
const env = { ...environmentWithoutAws(), CDK_DISABLE_CLI_TELEMETRY: '1' };
const options = { cwd: PROJECT_ROOT, env };

const deployments: Record<string, Record<string, unknown>> = {
  ...EXAMPLE_STAGES,
  'all settings': ALL_SETTINGS,
  'all settings, with its own user pool': ALL_SETTINGS_OWN_POOL,
};

async function synthesise(name: string, settings: Record<string, unknown>): Promise<string[]> {
  const output = join(folder, name.replaceAll(/\W+/g, '-'));
  const context = Object.entries(settings).flatMap(([key, value]) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    return value === undefined ? [] : ['-c', `${key}=${text}`];
  });
  const paths = ['--output', output, '--no-notices'];
  await children.run('cdk', ['synth', '--quiet', '--strict', ...context, ...paths], options);
  const files = await readdir(output);
  return files.filter((name) => name.endsWith('.template.json')).map((name) => join(output, name));
}

/** Scans all templates at once, because an accepted finding need not be in each. */
async function scan(checkov: string, templates: readonly string[]): Promise<void> {
  const files = templates.flatMap((file) => ['--file', file]);
  // Exits with 0 whatever it finds; does not ask its vendor's service for guidelines.
  const quiet = ['--soft-fail', '--skip-download', '--quiet', '--compact', '--output', 'json'];
  const framework = ['--framework', 'cloudformation'];
  const maxBuffer = 100 * 1024 * 1024;
  const { stdout } = await promisify(execFile)(checkov, [...framework, ...quiet, ...files], {
    ...options,
    maxBuffer,
  });
  const faults = scanFaults(stdout, ACCEPTED_FINDINGS);
  if (faults.length > 0) throw new UserFacingError(faults.join('\n'));
}

try {
  const python = await ensurePythonEnvironment('requirements-lint', children, progress);
  const scanner = await ensurePythonEnvironment('requirements-scan', children, progress);
  const all: string[] = [];
  for (const [name, settings] of Object.entries(deployments)) {
    await progress(`Checking the template of ${name}`, async () => {
      const templates = await synthesise(name, settings);
      if (templates.length === 0) throw new Error('there is no template');
      await children.run(join(dirname(python), 'cfn-lint'), templates, options);
      all.push(...templates);
    });
  }
  await progress('Scanning all templates', () => scan(join(dirname(scanner), 'checkov'), all));
} catch (error) {
  console.error(error instanceof UserFacingError ? error.message : error);
  process.exitCode = 1;
} finally {
  await children.stop();
  await rm(folder, { recursive: true, force: true });
}
