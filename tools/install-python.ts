/** Installs the Python environments that several stages of .ci/run use, so that those can begin together. */
import { join } from 'node:path';
import { ChildProcesses } from './support/child-processes.ts';
import { LOCAL_FOLDER } from './support/cloud-access.ts';
import { createProgress, errorMessage } from './support/progress.ts';
import { ensurePythonEnvironment } from './support/python-environment.ts';

const children = new ChildProcesses(join(LOCAL_FOLDER, 'install.log'));
try {
  const progress = createProgress(console.log, '.local/install.log');
  for (const name of ['requirements', 'requirements-usage'] as const) {
    await ensurePythonEnvironment(name, children, progress);
  }
} catch (error) {
  console.error(errorMessage(error));
  process.exitCode = 1;
} finally {
  await children.stop();
}
