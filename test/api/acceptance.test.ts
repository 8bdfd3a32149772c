/** The acceptance command, run as its own process on the deployed service, whole and broken. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CognitoIdentityProviderClient,
  paginateListUserPoolClients,
  paginateListUsers,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENV } from '../../lib/config.ts';
import { AcceptanceContext } from '../../tools/acceptance/context.ts';
import { documentedProblems } from '../../tools/acceptance/documented-problems.ts';
import { PROMISES } from '../../tools/acceptance/promises/all.ts';
import { type PromiseResult, tryPromises } from '../../tools/acceptance/runner.ts';
import { localTarget } from '../../tools/acceptance/target.ts';
import {
  clientSettings,
  environmentWithoutAws,
  PROJECT_ROOT,
} from '../../tools/support/cloud-access.ts';
import { ports, stack, unique } from '../support/deployed-service.ts';
import { DEPLOYMENT_TIMEOUT, deployedKinds } from '../support/kinds.ts';
import { runTool } from '../support/operator-tool.ts';
import { startRecordingServer } from '../support/recording-server.ts';

const settings = clientSettings(stack.endpointUrl);
const cognito = new CognitoIdentityProviderClient(settings);
const lambda = new LambdaClient(settings);

/** Promises of what the local cloud does not have, or cannot show; all others must hold. */
const NOT_TRIED = /^(untried\.|alarms|release|metrics|trace|saved-queries|client\.not-allowed)/;

/** Problems whose example no healthy deployment shows: test/unit/tools/openapi/problems-document.test.ts. */
const NOT_SHOWN = [
  'unavailable',
  'internal_error',
  'last_superuser',
  'admin_account_not_editable',
  'client_not_allowed',
  // Of the gateway: test/stack/gateway-problems.test.ts.
  'access_denied',
  'request_blocked',
  'bad_request',
  'too_many_requests',
  'bad_gateway',
  'gateway_timeout',
];

let folder: string;
let stackFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acceptance-'));
  stackFile = join(folder, 'stack.json');
  await writeFile(stackFile, JSON.stringify(stack));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function accept(args: string[], file = stackFile) {
  const env = { STACK_FILE: file };
  const { code, stdout, stderr } = await runTool('acceptance', ['--local', '--json', ...args], env);
  const report = stdout === '' ? null : JSON.parse(stdout);
  const results: PromiseResult[] = report?.results ?? [];
  return { code, stderr, report, results };
}

/** Names that the command gave, wherever they can be left. */
async function leftovers(): Promise<string[]> {
  const UserPoolId = stack.userPoolId;
  const names: unknown[] = [];
  for await (const { Users = [] } of paginateListUsers({ client: cognito }, { UserPoolId })) {
    names.push(...Users.flatMap(({ Attributes = [] }) => Attributes.map(({ Value }) => Value)));
  }
  const all = { UserPoolId, MaxResults: 60 };
  for await (const page of paginateListUserPoolClients({ client: cognito }, all)) {
    names.push(...(page.UserPoolClients ?? []).map(({ ClientName }) => ClientName));
  }
  for await (const { names: reserved } of ports.index.pages()) {
    names.push(...reserved.map(({ name }) => name));
  }
  return names.map(String).filter((name) => name.includes('acceptance-'));
}

/** Sets an environment variable of the function of PATCH. @returns its value before */
async function setVariable(name: string, value: string): Promise<string> {
  const FunctionName = stack.patchMeFunctionName;
  const current = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const { Variables = {} } = current.Environment ?? {};
  const Environment = { Variables: { ...Variables, [name]: value } };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment }));
  return Variables[name] ?? '';
}

describe('acceptance of a pool of another kind', () => {
  let kinds: Awaited<ReturnType<typeof deployedKinds>>;
  beforeAll(async () => {
    kinds = await deployedKinds();
  }, DEPLOYMENT_TIMEOUT);

  it.each(['email', 'existing-username'] as const)(
    'holds on %s',
    async (kind) => {
      const target = await localTarget({ ...stack, ...kinds[kind].stack });
      const context = new AcceptanceContext(target);

      const { results, left } = await tryPromises({
        promises: PROMISES.filter(({ id }) => /^(sign-in|rename|email|get\.first-call)\b/.test(id)),
        context,
        cleanUp: () => context.cleanUp(),
        signal: new AbortController().signal,
        print: () => {},
      });

      expect(results.filter(({ outcome }) => outcome !== 'held')).toEqual([]);
      expect(results.length).toBeGreaterThan(8);
      expect(left).toEqual([]);
    },
    180_000,
  );
});

describe('acceptance of the local service', () => {
  it('finds every promise held that can be tried there, and leaves nothing behind', async () => {
    const { code, results, report } = await accept([]);

    expect(results.filter(({ outcome }) => ['broken', 'failed'].includes(outcome))).toEqual([]);
    const untried = results.filter(({ outcome }) => outcome === 'not tried');
    expect(untried.map(({ id }) => id).filter((id) => !NOT_TRIED.test(id))).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === 'held').length).toBeGreaterThan(90);
    expect(report).toMatchObject({ interrupted: false, left: [] });
    const seen = results.map((result) => result.seen).join('; ');
    const met = [...seen.matchAll(/\d{3} (\w+)[^;]* as documented/g)].map(([, code]) => code);
    const documented = documentedProblems().map(({ code }) => String(code));
    expect(new Set(documented).difference(new Set([...met, ...NOT_SHOWN]))).toEqual(new Set());
    expect(report.latencies).toHaveLength(2);
    expect(report.answers).toHaveLength(5);
    expect(code).toBe(0);
    expect(await leftovers()).toEqual([]);
  }, 180_000);

  it('finds a promise broken that the deployment does not keep, and still cleans up', async () => {
    const before = await setVariable(ENV.adminUsername, unique('another'));
    try {
      const { code, results } = await accept(['--only', 'reserved']);

      expect(results).toEqual([
        expect.objectContaining({ id: 'reserved.username', outcome: 'broken' }),
      ]);
      expect(results[0]?.seen).toContain('username_taken');
      expect(code).toBe(3);
    } finally {
      await setVariable(ENV.adminUsername, before);
    }
    expect((await accept(['--only', 'reserved'])).code).toBe(0);
    expect(await leftovers()).toEqual([]);
  });

  it('signs people in at Cognito’s API where the page needs a browser, and says what it did not try', async () => {
    const page = await startRecordingServer();
    page.handle = (_request, response) => response.end('<script src="/app.js"></script>');
    const file = join(folder, 'managed-login.json');
    const authorizeUrl = `${page.origin}/oauth2/authorize`;
    await writeFile(file, JSON.stringify({ ...stack, authorizeUrl }));
    try {
      const { code, results } = await accept(['--only', 'sign-in'], file);

      expect(results.map(({ id, outcome }) => [id, outcome])).toEqual([
        ['sign-in.page', 'not tried'],
        ['sign-in.page.scopes', 'not tried'],
        ['sign-in.page.refresh', 'not tried'],
        ['sign-in.api', 'held'],
        ['sign-in.wrong-password', 'held'],
      ]);
      expect(code).toBe(0);
    } finally {
      page.stop();
    }
  });

  it('cleans up after Ctrl-C, which npm repeats', async () => {
    const env = { ...environmentWithoutAws(), STACK_FILE: stackFile };
    const child = spawn(process.execPath, ['tools/acceptance.ts', '--local'], {
      cwd: PROJECT_ROOT,
      env,
    });
    const ended = once(child, 'exit');
    let printed = '';
    // The first promise has made something to remove.
    const reasons = ['1/', 'Stopping'];
    child.stderr.on('data', (data) => {
      printed += data;
      const [reason] = reasons;
      if (reason === undefined || !printed.includes(reason)) return;
      reasons.shift();
      child.kill('SIGINT');
    });

    expect(await ended).toEqual([1, null]);
    expect(printed.match(/Stopping: what was made is removed first/g)).toHaveLength(1);
    expect(printed).toContain('Removing what was made');
    expect(await leftovers()).toEqual([]);
  });

  it('refuses to record what the local cloud does as what AWS does', async () => {
    const { code, stderr } = await accept(['--record', stackFile]);

    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('the local cloud is not AWS'),
    });
  });

  it.each([[[]], [['--stack', 'x', '--local']], [['--local', '--only', 'nothing']]])(
    'exits with 2 for wrong words: %j',
    async (args) => {
      const { code } = await runTool('acceptance', args, { STACK_FILE: stackFile });

      expect(code).toBe(2);
    },
  );
});
