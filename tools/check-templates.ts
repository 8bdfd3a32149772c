/**
 * `npm run check:templates`: synthesises every stage, and deployments with every setting, with their
 * own checks, then asks cfn-lint.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { STAGES } from '../infra/settings/stage-config.ts';
import { ALL_SETTINGS, ALL_SETTINGS_OWN_POOL } from './checks/all-settings.ts';
import { ChildProcesses } from './support/child-processes.ts';
import { environmentWithoutAws, LOCAL_FOLDER, PROJECT_ROOT } from './support/cloud-access.ts';
import { createProgress, UserFacingError } from './support/progress.ts';
import { ensurePythonEnvironment } from './support/python-environment.ts';

const folder = await mkdtemp(join(tmpdir(), 'current-user-templates-'));
const children = new ChildProcesses(join(LOCAL_FOLDER, 'templates.log'));
const progress = createProgress(console.log, '.local/templates.log');
// A synthesis asks no cloud: the account is that of a template, not of a person.
const env = { ...environmentWithoutAws(), CDK_DISABLE_CLI_TELEMETRY: '1' };
const options = { cwd: PROJECT_ROOT, env };

const deployments: Record<string, Record<string, unknown>> = {
  ...Object.fromEntries(STAGES.map((stage) => [stage, { stage }])),
  'every setting': ALL_SETTINGS,
  'every setting, with a pool of its own': ALL_SETTINGS_OWN_POOL,
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

try {
  const python = await ensurePythonEnvironment('requirements-lint', children, progress);
  for (const [name, settings] of Object.entries(deployments)) {
    await progress(`Checking the template of ${name}`, async () => {
      const templates = await synthesise(name, settings);
      if (templates.length === 0) throw new Error('there is no template');
      await children.run(join(dirname(python), 'cfn-lint'), templates, options);
    });
  }
} catch (error) {
  console.error(error instanceof UserFacingError ? error.message : error);
  process.exitCode = 1;
} finally {
  await children.stop();
  await rm(folder, { recursive: true, force: true });
}
