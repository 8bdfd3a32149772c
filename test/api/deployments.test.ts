/** Deployments side by side in one account and region: two stages, and the stack of examples/own-app. */
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APIGatewayClient, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '../../tools/local/sign-in.ts';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { clientSettings, cloudEnvironment } from '../../tools/support/cloud-access.ts';
import { service, stack, unique } from '../support/deployed-service.ts';
import { DEPLOYMENT_TIMEOUT, deployedKinds, OWN_APP } from '../support/kinds.ts';
import { nextSecond } from '../support/next-second.ts';
import { runTool } from '../support/operator-tool.ts';
import type { ServiceClient } from '../support/service-client.ts';

const settings = clientSettings(stack.endpointUrl);

/** By the names of their stacks. */
let deployments: Record<string, ServiceClient>;
let ownApp: ServiceClient;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployments-'));
  const kinds = await deployedKinds();
  ownApp = kinds[OWN_APP];
  deployments = { 'current-user-local': service, username: kinds.username, [OWN_APP]: ownApp };
}, DEPLOYMENT_TIMEOUT);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a tool on a stack, as an operator does on AWS. */
const tool = (name: string, on: string, ...args: string[]) =>
  runTool(name, ['--stack', on, ...args], cloudEnvironment(stack.endpointUrl, folder));

describe('deployments side by side', () => {
  it('are called by different names, each after its stack', async () => {
    const gateway = new APIGatewayClient(settings);
    const { items = [] } = await gateway.send(new GetRestApisCommand({ limit: 500 }));
    const names = items.map(({ name = '' }) => name);

    expect(names).toEqual(
      expect.arrayContaining(['current-user-local', 'username', 'our-accounts/CurrentUser']),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('have people of their own, who may have one name: no other one takes their token', async () => {
    const username = unique('namesake');
    const people = new Map<string, Awaited<ReturnType<ServiceClient['aStranger']>>>();
    for (const [name, client] of Object.entries(deployments)) {
      people.set(name, await client.aStranger({ username }));
    }

    const seen: unknown[] = [];
    for (const [of, person] of people) {
      for (const [at, client] of Object.entries(deployments)) {
        const { status, body } = await client.get(person.token);
        seen.push({ of, at, status, id: body.id });
      }
    }

    expect(seen).toEqual(
      [...people].flatMap(([of, { subject }]) =>
        [...people.keys()].map((at) =>
          at === of ? { of, at, status: 200, id: subject } : { of, at, status: 401 },
        ),
      ),
    );
  });
});

describe('the service in a stack of somebody’s own', () => {
  it('is found by the account tool, whose account is unknown to the others', async () => {
    const [username, email] = [unique('ours'), `${unique('ours')}@users.example`];
    const made = await tool('users', OWN_APP, '--json', 'create', username, '--email', email);
    const { id, subject } = JSON.parse(made.stdout);
    const password = newPassword();
    await ownApp.ports.directory.setPassword(username, password);
    await nextSecond();
    const { accessToken } = await signIn(ownApp.stack, { username, password });

    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect((await ownApp.get(accessToken)).body).toMatchObject({ id, username, email });
    const shown: Record<string, number> = {};
    for (const name of Object.keys(deployments)) {
      shown[name] = (await tool('users', name, 'show', username)).code;
    }
    expect(shown).toEqual({ 'current-user-local': 1, username: 1, [OWN_APP]: 0 });
    const logs = new CloudWatchLogsClient(settings);
    const logGroupName = ownApp.stack.auditLogGroupName;
    const filterPattern = `"${subject}"`;
    const { events = [] } = await logs.send(
      new FilterLogEventsCommand({ logGroupName, filterPattern }),
    );
    expect(events.map(({ message = '' }) => JSON.parse(message).event)).toContain(
      'ACCOUNT_CREATED',
    );
  });

  it.each([OWN_APP, `${OWN_APP}/CurrentUser`])('is found by a restore, as %s', async (name) => {
    const { code, stderr } = await tool('restore', name, '--from', 'elsewhere');

    const { usersTableName } = ownApp.stack;
    const asked = `Nothing was changed: pass --yes to replace the content of ${usersTableName} with that of elsewhere on the stack ${name} in us-east-1.`;
    expect({ code, stderr }).toEqual({ code: 1, stderr: `${asked}\n` });
  });

  it('is not found by the name of another construct', async () => {
    const { code, stderr } = await tool('users', `${OWN_APP}/Theirs`, 'show', 'anybody');

    const names =
      'The stack our-accounts holds these deployments: say --stack our-accounts/CurrentUser.';
    expect({ code, stderr }).toEqual({ code: 1, stderr: `${names}\n` });
  });
});

describe('a deployment into an account whose API Gateway has no log role', () => {
  it('stops before anything is made, and says how the role is made', async () => {
    const { code, stderr } = await runTool('deploy-app', [], {
      ...cloudEnvironment(stack.endpointUrl, folder),
      CDK_OUTDIR: join(folder, 'cdk.out'),
      CDK_CONTEXT_JSON: JSON.stringify({ stage: 'dev' }),
    });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^Nothing was deployed: .*-c accessLogRole=create/);
    await expect(access(join(folder, 'cdk.out', 'manifest.json'))).rejects.toThrow();
  });
});
