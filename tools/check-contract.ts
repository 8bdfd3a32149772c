/**
 * `npm run test:contract`: schemathesis checks a deployed service against docs/openapi.json, as a
 * signed-in user, with all of its checks and phases. Every exchange is kept in .local/contract.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { CAPABILITIES_TYPE } from '../lib/contract.ts';
import { type LocalService, startLocalService } from './local/local-service.ts';
import { signIn } from './local/sign-in.ts';
import { ChildProcesses } from './support/child-processes.ts';
import { environmentWithoutAws, LOCAL_FOLDER, PROJECT_ROOT } from './support/cloud-access.ts';
import { createProgress, UserFacingError } from './support/progress.ts';
import { ensurePythonEnvironment } from './support/python-environment.ts';

/** Recorded exchanges. Apart from the logs, because they hold account data. */
const ARCHIVES = join(LOCAL_FOLDER, 'contract');

/** Maximum number of cases per operation and phase. */
const CASES = 100;

/** A run: its name, its extra options, and the responses its cases must cause. */
const RUNS = [
  {
    name: 'all-operations',
    about: 'all operations',
    accept: '*/*',
    options: [],
    expected: ['GET 200', 'HEAD 200', 'PATCH 200', 'PATCH 422'],
  },
  {
    name: 'capabilities',
    about: 'capabilities',
    accept: CAPABILITIES_TYPE,
    options: ['--include-method', 'GET'],
    expected: ['GET 200'],
  },
];
type Run = (typeof RUNS)[number];

const inProject = (path: string) => join(PROJECT_ROOT, path);
const COMMAND = [
  ...['--config-file', inProject('schemathesis.toml'), 'run', inProject('docs/openapi.json')],
  ...['--checks', 'all', '--phases', 'examples,coverage,fuzzing,stateful', '--report', 'har'],
  ...['-n', String(CASES), '--seed', '1', '--continue-on-failure', '--no-color'],
];

/** The part of an HTTP archive (HAR 1.2) that the tool reads. */
const ArchiveSchema = v.object({
  log: v.object({
    entries: v.array(
      v.object({
        request: v.object({ method: v.string() }),
        response: v.object({ status: v.number() }),
      }),
    ),
  }),
});

const children = new ChildProcesses(join(LOCAL_FOLDER, 'contract.log'));
const progress = createProgress(console.log, '.local/contract.log');
try {
  await mkdir(ARCHIVES, { recursive: true, mode: 0o700 });
  const python = await ensurePythonEnvironment('requirements-contract', children, progress);
  const service = await startLocalService({
    name: 'contract-service',
    cloudPort: 0,
    print: console.log,
  });
  try {
    const program = join(dirname(python), 'schemathesis');
    // One token for all runs: a generated password ends every other session of the account.
    const token = await tokenOf(service, 'alice');
    for (const run of RUNS) {
      const archive = join(ARCHIVES, `${run.name}.har`);
      const where = ['--url', service.stack.apiUrl, '--report-har-path', archive];
      await progress(`Checking the contract with schemathesis: ${run.about}`, () =>
        children.run(program, [...COMMAND, ...where, ...run.options], {
          cwd: LOCAL_FOLDER,
          env: { ...environmentWithoutAws(), ACCESS_TOKEN: token, ACCEPT: run.accept },
        }),
      );
      report(await countResponses(archive), run);
    }
  } finally {
    await service.stop();
  }
} catch (error) {
  console.error(error instanceof UserFacingError ? error.message : error);
  process.exitCode = 1;
} finally {
  await children.stop();
}

async function tokenOf({ stack }: LocalService, username: string): Promise<string> {
  const person = stack.people.find((one) => one.username === username);
  if (!person?.password) throw new UserFacingError(`There is no demo account ${username}.`);
  const { accessToken } = await signIn(stack, { username, password: person.password });
  return accessToken;
}

/** Number of cases by method and status, such as `PATCH 422`. */
async function countResponses(archive: string): Promise<Map<string, number>> {
  const { log } = v.parse(ArchiveSchema, JSON.parse(await readFile(archive, 'utf8')));
  const responses = log.entries.map(
    ({ request, response }) => `${request.method} ${response.status}`,
  );
  return new Map([...Map.groupBy(responses, (one) => one)].map(([one, all]) => [one, all.length]));
}

/** @throws UserFacingError when no case caused an expected response */
function report(responses: Map<string, number>, { about, expected }: Run): void {
  const missing = expected.filter((one) => !responses.has(one));
  if (missing.length > 0) throw new UserFacingError(`No case caused ${missing.join(', ')}.`);
  const total = [...responses.values()].reduce((sum, count) => sum + count, 0);
  const ranked = [...responses].sort(([, a], [, b]) => b - a);
  const counts = ranked.map(([response, count]) => `${response}: ${count}`);
  console.log(`  ${total} cases of ${about}, no failure: ${counts.join(', ')}`);
}
