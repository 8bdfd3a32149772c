/**
 * `npm run check:workflows`: asks zizmor whether the workflows of .github are well-formed and safe:
 * pinned actions, no injection, no credentials left behind, no rights that are not explained.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { ChildProcesses } from './support/child-processes.ts';
import { environmentWithoutAws, LOCAL_FOLDER, PROJECT_ROOT } from './support/cloud-access.ts';
import { createProgress, UserFacingError } from './support/progress.ts';
import { ensurePythonEnvironment } from './support/python-environment.ts';

const children = new ChildProcesses(join(LOCAL_FOLDER, 'workflows.log'));
const progress = createProgress(console.log, '.local/workflows.log');
// Offline, so that a check gives the same result everywhere and needs no token.
const ARGUMENTS = ['--offline', '--pedantic', '--strict-collection', '--quiet', '.github'];

try {
  const python = await ensurePythonEnvironment('requirements-lint', children, progress);
  const zizmor = spawnSync(join(dirname(python), 'zizmor'), ARGUMENTS, {
    cwd: PROJECT_ROOT,
    env: environmentWithoutAws(),
    stdio: 'inherit',
  });
  if (zizmor.error !== undefined) throw zizmor.error;
  if (zizmor.status !== 0) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof UserFacingError ? error.message : error);
  process.exitCode = 1;
} finally {
  await children.stop();
}
