/** Installs what the local cloud needs, so that several commands can then start one at the same time. */
import { join } from 'node:path';
import { ChildProcesses } from './support/child-processes.ts';
import { LOCAL_FOLDER } from './support/cloud-access.ts';
import { createProgress, errorMessage } from './support/progress.ts';
import { ensurePythonEnvironment } from './support/python-environment.ts';

const children = new ChildProcesses(join(LOCAL_FOLDER, 'install.log'));
try {
  const progress = createProgress(console.log, '.local/install.log');
  await ensurePythonEnvironment('requirements', children, progress);
} catch (error) {
  console.error(errorMessage(error));
  process.exitCode = 1;
} finally {
  await children.stop();
}
