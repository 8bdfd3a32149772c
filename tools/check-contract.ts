/**
 * `npm run test:contract`: schemathesis holds a deployed service against docs/openapi.json, as a
 * signed-in person, with all of its checks and phases.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ChildProcesses } from './child-processes.ts';
import { cloudlessEnvironment, LOCAL_FOLDER, PROJECT_ROOT } from './cloud-access.ts';
import { startLocalService } from './local-service.ts';
import { createProgress, StepError } from './progress.ts';
import { ensurePythonEnvironment } from './python-environment.ts';
import { signIn } from './sign-in.ts';

const REPORT = join(LOCAL_FOLDER, 'contract.log');
/** Cases of each operation in each phase; the same ones at every run. */
const CASES = 100;

const inProject = (path: string) => join(PROJECT_ROOT, path);

const children = new ChildProcesses(REPORT);
const progress = createProgress(console.log, '.local/contract.log');
try {
  const python = await ensurePythonEnvironment('requirements-contract', children, progress);
  const service = await startLocalService({
    name: 'contract-service',
    cloud: { port: 0 },
    print: console.log,
  });
  try {
    const person = service.stack.people.find(({ username }) => username === 'alice');
    if (!person?.password) throw new StepError('The demonstration has no alice.');
    const { username, password } = person;
    const { accessToken } = await signIn(service.stack, { username, password });
    const options = ['--url', service.stack.apiUrl, '-H', `Authorization: Bearer ${accessToken}`];
    const checks = ['--checks', 'all', '--phases', 'examples,coverage,fuzzing,stateful'];
    const count = ['-n', String(CASES), '--seed', '1', '--continue-on-failure', '--no-color'];
    const bounds = [...checks, ...count];
    const document = inProject('docs/openapi.json');
    await progress('Checking the contract with schemathesis', () =>
      children.run(
        join(dirname(python), 'schemathesis'),
        ['--config-file', inProject('schemathesis.toml'), 'run', document, ...options, ...bounds],
        { cwd: LOCAL_FOLDER, env: cloudlessEnvironment() },
      ),
    );
    console.log(/\d+ generated, .*/.exec(await readFile(REPORT, 'utf8'))?.[0] ?? 'no cases');
  } finally {
    await service.stop();
  }
} catch (error) {
  console.error(error instanceof StepError ? error.message : error);
  process.exitCode = 1;
} finally {
  await children.stop();
}
