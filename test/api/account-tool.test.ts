/** The account tool, run as its own process on the deployed service. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AdminGetUserCommand,
  AdminSetUserMFAPreferenceCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoAccountIndex } from '../../lib/store/dynamo-account-index.ts';
import { createDynamoUserStore } from '../../lib/store/dynamo-user-store.ts';
import { signIn, signInAsService } from '../../tools/local/sign-in.ts';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { clientSettings, cloudEnvironment } from '../../tools/support/cloud-access.ts';
import { aRecord } from '../support/builders.ts';
import {
  anSsoPerson,
  aPerson,
  aStranger,
  get,
  patch,
  ports,
  recordOf,
  rewrite,
  stack,
  unique,
} from '../support/deployed-service.ts';
import { nextSecond } from '../support/next-second.ts';
import { runTool } from '../support/operator-tool.ts';
import { FOR_OPERATORS } from '../support/store-options.ts';
import { createTestTable, type TestTable } from '../support/test-table.ts';

const STACK_NAME = 'current-user-local';

let folder: string;
let stackFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'account-tool-'));
  stackFile = await describeStack(stack.usersTableName);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes a stack file for the deployed service with that table. */
async function describeStack(usersTableName: string): Promise<string> {
  const file = join(folder, `${usersTableName}.json`);
  await writeFile(file, JSON.stringify({ ...stack, usersTableName }));
  return file;
}

const users = (args: string[], env: Record<string, string | undefined> = {}) =>
  runTool('users', args, { STACK_FILE: stackFile, ...env });

/** Runs a command that must succeed. @returns its JSON output */
async function done(...args: string[]) {
  const { code, stdout, stderr } = await users(['--json', '--yes', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('the audit trail of the account tool', () => {
  const logs = new CloudWatchLogsClient(clientSettings(stack.endpointUrl));
  const linesAbout = async (subject: string) => {
    const input = { logGroupName: stack.auditLogGroupName, filterPattern: `"${subject}"` };
    const { events = [] } = await logs.send(new FilterLogEventsCommand(input));
    return events.map(({ message = '' }) => JSON.parse(message));
  };

  it('logs the operator, the account and its fields, but no values', async () => {
    const username = unique('audited');
    const email = `${username}@users.example`;
    const { subject, temporary_password } = await done('create', username, '--email', email);
    await done('grant-superuser', username);
    await done('show', username);
    await done('delete', username);

    const lines = await linesAbout(subject);

    const by = { subject, actor: expect.stringMatching(/^arn:aws:/), session: null };
    const changed = (fields: string[], fromVersion: number, toVersion: number) =>
      expect.objectContaining({ event: 'ACCOUNT_CHANGED', fields, fromVersion, toVersion, ...by });
    expect(lines).toEqual([
      expect.objectContaining({ event: 'ACCOUNT_CREATED', ...by }),
      // The e-mail, under a lease.
      changed(['intent'], 1, 1),
      changed(['email', 'emailVerified', 'intent'], 1, 2),
      changed(['is_superuser'], 2, 3),
      expect.objectContaining({ event: 'ACCOUNT_DELETED', ...by }),
    ]);
    for (const value of [username, temporary_password]) {
      expect(JSON.stringify(lines)).not.toContain(value);
    }
  });
});

describe('without an audit log group', () => {
  let env: { STACK_FILE: string };
  beforeAll(async () => {
    const file = join(folder, 'no-audit.json');
    await writeFile(file, JSON.stringify({ ...stack, auditLogGroupName: 'no-such-group' }));
    env = { STACK_FILE: file };
  });
  const refused = {
    code: 1,
    stdout: '',
    stderr:
      'Nothing was changed, because the audit trail in the log group no-such-group cannot be written: it does not exist.\n',
  };

  it('every command that writes leaves everything as it was, and says so', async () => {
    const person = await aPerson();
    const service = await done('create-service', unique('service'));
    const before = [await recordOf(person.subject), await recordOf(service.client_id)];
    const known = await ports.directory.find(person.directoryName);
    const name = unique('never');

    for (const args of [
      ['create', name],
      ['create-service', name],
      ['rotate-service', service.username],
      ['grant-superuser', person.username],
      ['mark-internal', person.username],
      ['deactivate', person.username],
      ['set-email', person.username, `${name}@users.example`],
      ['expire-password', person.username],
      ['reset-second-factors', person.username],
      ['sign-out', person.username],
      ['delete', person.username],
      ['delete', service.username],
    ]) {
      expect(await users(['--yes', ...args], env), args.join(' ')).toEqual(refused);
    }

    expect([await recordOf(person.subject), await recordOf(service.client_id)]).toEqual(before);
    expect(await ports.directory.find(person.directoryName)).toEqual(known);
    expect(await ports.directory.find(name)).toBeNull();
    expect((await get(person.token)).status).toBe(200);
    expect((await signIn(stack, person)).accessToken).toMatch(/./);
  });

  it('somebody is stopped nonetheless, and the audit lines are printed', async () => {
    const person = await aPerson();
    const emergency = (...args: string[]) => users([...args, '--without-audit'], env);

    const unasked = await emergency('sign-out', person.username);
    const signedOut = await emergency('--yes', 'sign-out', person.username);
    const stopped = await emergency('--yes', 'deactivate', person.username);

    expect(unasked.stderr).toContain('WITHOUT an audit line, so that nothing on AWS says who');
    for (const { code, stderr } of [signedOut, stopped]) {
      const lines = stderr.trim().split('\n');
      expect(code).toBe(0);
      expect(lines.every((line) => line.startsWith('Keep this audit line: {'))).toBe(true);
      expect(stderr).toContain(`"subject":"${person.subject}"`);
    }
    expect((await get(person.token)).status).toBe(401);
    expect((await recordOf(person.subject)).account.is_active).toBe(false);
    await expect(signIn(stack, person)).rejects.toThrow();
  });
});

describe('the command line of the account tool', () => {
  const COMMANDS = [
    'create',
    'create-service',
    'rotate-service',
    'show',
    'export',
    'grant-superuser',
    'revoke-superuser',
    'activate',
    'deactivate',
    'expire-password',
    'mark-internal',
    'sign-out',
    'reset-second-factors',
    'delete',
    'verify',
    'remove-item',
  ];

  it('lists all commands with --help', async () => {
    const { code, stdout } = await users(['--help']);

    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toContain(`  ${command} `);
    for (const option of ['--stack', '--json', '--yes']) expect(stdout).toContain(option);
  });

  it('explains a command with --help', async () => {
    const { code, stdout } = await users(['create-service', '--help']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/create-service \[options\] <username>[\s\S]*--organization <uuid>/);
  });

  it.each([
    [['dance'], "Unknown command 'dance'. --help"],
    [['shwo'], "Unknown command 'shwo'. Did you mean show? --help"],
    [['show'], "Missing required argument 'account'. --help"],
    [['show', '--loud', 'ada'], "Unknown option '--loud'. --help"],
    [['--stack', '', 'show', 'ada'], 'Give the name of a stack, or leave it out.'],
    [['create-service', 'x', '--organization', 'no-uuid'], 'This is not a UUID.'],
    [['verify', '--rate', '0'], 'This is not a positive number.'],
    [['verify', '--from', '?'], 'This is not what an interrupted run printed.'],
  ])('exits with 2 and one line for a usage error: %j', async (args, says) => {
    const { code, stdout, stderr } = await users(args);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('exits with 2 and prints the usage without a command', async () => {
    const { code, stdout, stderr } = await users([]);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: users');
  });

  it('exits with 1 and one sentence for an unknown account', async () => {
    const name = unique('nobody');

    expect(await users(['--json', 'show', name])).toEqual({
      code: 1,
      stdout: '',
      stderr: `There is no account "${name}".\n`,
    });
  });

  it('exits with 1 and one sentence if no service is running', async () => {
    const { code, stdout, stderr } = await users(['show', 'x'], {
      STACK_FILE: join(folder, 'none.json'),
    });

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe('No service is running: start it with npm start.\n');
  });

  it('reaches a named stack with the credentials of the environment', async () => {
    const person = await aPerson();
    const env = { ...cloudEnvironment(stack.endpointUrl, folder), STACK_FILE: '' };
    const onStack = (name: string, ...args: string[]) =>
      users(['--stack', name, '--json', ...args], env);

    const known = await onStack(STACK_NAME, 'show', person.username);
    const none = await onStack('no-such-stack', 'show', person.username);
    const other = await onStack('CDKToolkit', 'show', person.username);

    expect(known).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(known.stdout).id).toBe(person.subject);
    expect(none).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'There is no stack "no-such-stack" in the region us-east-1: check its name, AWS_REGION and whose credentials these are.\n',
    });
    expect(other).toMatchObject({
      code: 1,
      stdout: '',
      stderr: '"CDKToolkit" is not a stack of this service.\n',
    });
  });
});

describe('people', () => {
  it('are created with a temporary password, which is valid until they choose their own', async () => {
    const [username, email] = [unique('made'), `${unique('made')}@users.example`];

    const made = await done('create', username, '--email', email);

    expect(made).toMatchObject({ username, email, password_expired: true, is_superuser: false });
    const person = await ports.directory.find(username);
    expect(person).toMatchObject({ passwordExpired: true, email, emailVerified: true });
    await nextSecond();
    const password = newPassword();
    await ports.directory.setPassword(person?.directoryName ?? '', password);
    const { accessToken } = await signIn(stack, { username, password });
    const answer = await get(accessToken);
    expect(answer).toMatchObject({ status: 200, body: { username, password_expired: false } });
    // The first version, that with the e-mail, and that with a password of one's own.
    expect(answer.headers.get('etag')).toBe(`"${made.id}.3"`);
  });

  it('can be created as superusers and without e-mail', async () => {
    const username = unique('root');

    expect(await done('create', username, '--superuser')).toMatchObject({
      username,
      email: null,
      is_superuser: true,
    });
  });

  it('are not created with names that are taken or invalid', async () => {
    const { username, email } = await aPerson();
    const stranger = await aStranger();
    const attempts: [args: string[], says: string][] = [
      [[username.toUpperCase()], 'is taken'],
      [[email], 'is taken'],
      [[unique('x'), '--email', email], 'is taken'],
      [[stranger.username], 'already'],
      [['a b'], 'username is not acceptable'],
      [[unique('x'), '--email', 'no address'], 'e-mail address is not acceptable'],
    ];

    for (const [args, says] of attempts) {
      const { code, stdout, stderr } = await users(['create', ...args]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(says);
    }
  });

  it('are shown as text and as JSON, by each of their names', async () => {
    const person = await aPerson({ name: 'Ada' });
    const { username, email, subject, directoryName } = person;

    for (const name of [username, email.toUpperCase(), subject, directoryName]) {
      expect(await done('show', name)).toMatchObject({
        id: subject,
        name: 'Ada',
        password: null,
        names: [username, email],
        user_in_pool: { subject, enabled: true },
      });
    }
    const { stdout } = await users(['show', username]);
    expect(stdout).toMatch(new RegExp(`^username +${username}$`, 'm'));
  });

  it('are neither shown nor changed by a word that can mean two of them', async () => {
    const [bob, mallory] = [await aPerson(), await aPerson()];
    const { account } = await recordOf(mallory.subject);
    // As before usernames in the form of an id were refused.
    await rewrite(mallory.subject, { account: { ...account, username: bob.subject } });

    for (const command of ['show', 'grant-superuser']) {
      const { code, stderr } = await users([command, bob.subject]);
      expect(code).toBe(1);
      expect(stderr).toContain(`the id of "${bob.username}" (${bob.subject})`);
      expect(stderr).toContain(`a name of "${bob.subject}" (${mallory.subject})`);
    }
    expect((await recordOf(mallory.subject)).account.is_superuser).toBe(false);
    expect(await done('show', '--id', bob.subject)).toMatchObject({ id: bob.subject });
    expect(await done('show', '--name', bob.subject)).toMatchObject({ id: mallory.subject });
    expect((await users(['show', '--id', '--name', bob.subject])).code).toBe(2);
  });

  it('are exported completely, as JSON with and without --json', async () => {
    const person = await aPerson({ metadata: '{"a":[1]}' });

    const { code, stdout } = await users(['export', person.username]);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(await done('export', person.username));
    const { account, ...kept } = await recordOf(person.subject);
    expect(JSON.parse(stdout)).toMatchObject({ ...account, ...kept, metadata: { a: [1] } });
  });

  it('who have never called the API are shown, and get their record with the first change', async () => {
    const stranger = await aStranger();

    const shown = await done('show', stranger.username);
    const granted = await done('grant-superuser', stranger.email);

    expect(shown).toMatchObject({ user_in_pool: { subject: stranger.subject } });
    expect(granted).toMatchObject({ id: stranger.subject, is_superuser: true });
    expect((await get(stranger.token)).body).toMatchObject({
      username: stranger.username,
      is_superuser: true,
    });
  });

  it('are given superuser rights and lose them', async () => {
    const person = await aPerson();

    await done('grant-superuser', person.username);
    expect((await get(person.token)).body.is_superuser).toBe(true);
    await done('revoke-superuser', person.username);
    expect((await get(person.token)).body.is_superuser).toBe(false);
  });

  it('are given an e-mail, and lose it; a name that rests is freed for others', async () => {
    const person = await aPerson();
    const email = `${unique('set')}@users.example`;

    expect(await done('set-email', person.username, email)).toMatchObject({ email });
    expect((await ports.directory.find(person.directoryName))?.emailVerified).toBe(true);
    expect(await done('set-email', person.username, '--none')).toMatchObject({ email: null });

    const create = ['--json', 'create', unique('next'), '--email', email];
    expect((await users(create)).stderr).toContain('free-name frees it now');
    expect((await users(['free-name', email])).stderr).toContain('pass --yes');
    expect(await done('--yes', 'free-name', email)).toMatchObject({ rested_for: person.subject });
    expect((await users(create)).code).toBe(0);
    expect((await users(['set-email', person.username])).stderr).toContain('address or --none');
  });

  it('are flagged as internal and unflagged', async () => {
    const person = await aPerson();

    await done('mark-internal', person.username);
    expect(await patch(person.token, { name: 'x' })).toMatchObject({
      status: 400,
      body: { code: 'internal_account_not_editable' },
    });
    await done('mark-internal', person.username, '--off');
    expect((await patch(person.token, { name: 'x' })).status).toBe(200);
  });

  it('are deactivated, at sign-in too, and activated', async () => {
    const person = await aPerson();

    await done('deactivate', person.username);
    expect(await get(person.token)).toMatchObject({
      status: 403,
      body: { code: 'account_inactive' },
    });
    await expect(signIn(stack, person)).rejects.toThrow();
    await done('activate', person.username);

    expect((await get(person.token)).status).toBe(200);
    expect((await signIn(stack, person)).accessToken).toMatch(/./);
  });

  it('are signed out everywhere at once, and can sign in again', async () => {
    const person = await aPerson();

    await done('sign-out', person.username);

    expect(await get(person.token)).toMatchObject({
      status: 401,
      body: { code: 'session_revoked' },
    });
    await nextSecond();
    const { accessToken } = await signIn(stack, person);
    expect((await get(accessToken)).status).toBe(200);
  });

  it('get a temporary password, printed once, which ends their sessions', async () => {
    const person = await aPerson();

    const expired = await done('expire-password', person.username);

    expect(expired).toMatchObject({ password_expired: true });
    expect(await get(person.token)).toMatchObject({
      status: 401,
      body: { code: 'session_revoked' },
    });
    for (const command of ['show', 'export']) {
      const { stdout } = await users([command, person.username]);
      expect(stdout).not.toContain(expired.temporary_password);
    }
    await nextSecond();
    const password = newPassword();
    await ports.directory.setPassword(person.directoryName, password);
    const { accessToken } = await signIn(stack, { ...person, password });
    expect((await get(accessToken)).body.password_expired).toBe(false);
  });

  it('lose their second factors, and can sign in with their password alone', async () => {
    const person = await aPerson();
    const cognito = new CognitoIdentityProviderClient(clientSettings(stack.endpointUrl));
    const user = { UserPoolId: stack.userPoolId, Username: person.directoryName };
    const factors = async () =>
      (await cognito.send(new AdminGetUserCommand(user))).UserMFASettingList ?? [];
    const { username: USERNAME, password: PASSWORD } = person;
    const challenge = async () => {
      const given = { ClientId: stack.spaClientId, AuthParameters: { USERNAME, PASSWORD } };
      const input = new InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', ...given });
      return (await cognito.send(input)).ChallengeName ?? null;
    };
    const sms = { Enabled: true, PreferredMfa: false };
    const settings = {
      SoftwareTokenMfaSettings: { ...sms, PreferredMfa: true },
      SMSMfaSettings: sms,
    };
    await cognito.send(new AdminSetUserMFAPreferenceCommand({ ...user, ...settings }));
    const before = [await challenge(), await factors()];

    await done('reset-second-factors', person.username);

    expect(before).toEqual(['SOFTWARE_TOKEN_MFA', ['SOFTWARE_TOKEN_MFA', 'SMS_MFA']]);
    expect([await challenge(), await factors()]).toEqual([null, []]);
  });

  it('of an identity provider have no password to expire', async () => {
    const person = await anSsoPerson();
    await get(person.token);

    const { code, stderr } = await users(['--yes', 'expire-password', person.email]);

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'Its identity provider keeps the password of this account.\n',
    });
    expect((await get(person.token)).status).toBe(200);
  });

  it('are deleted with names and user: their token is refused, their names rest', async () => {
    const person = await aPerson();

    const { deleted } = await done('delete', person.email);

    expect(deleted).toMatchObject({ id: person.subject, username: person.username });
    expect(await get(person.token)).toMatchObject({
      status: 401,
      body: { code: 'account_not_found' },
    });
    expect(await ports.directory.find(person.directoryName)).toBeNull();
    for (const name of [person.username, person.email]) await done('free-name', name);
    await done('create', person.username, '--email', person.email);
    expect((await users(['show', person.subject])).code).toBe(1);
  });
});

describe('service accounts', () => {
  const tokenOf = async (made: { client_id: string; client_secret: string }) => {
    const credentials = { clientId: made.client_id, clientSecret: made.client_secret };
    return (await signInAsService(stack, credentials)).accessToken;
  };

  it('work at once, are rotated and deleted, while the service runs', async () => {
    const username = unique('service');
    const organization = 'd0c5a0f4-6a57-4b8c-9a5e-0a6c6f5a7e21';

    const made = await done('create-service', username, '--organization', organization);
    const oldToken = await tokenOf(made);
    const first = await get(oldToken);
    const rotated = await done('rotate-service', username);
    const newToken = await tokenOf(rotated);
    const second = await get(newToken);

    expect(first).toMatchObject({
      status: 200,
      body: { id: made.id, username, organization_id: organization, is_service_account: true },
    });
    expect(second).toMatchObject({ status: 200, body: first.body });
    expect(rotated.client_id).not.toBe(made.client_id);
    expect(await done('show', made.id)).toMatchObject({ username, id: made.id });
    expect(await get(oldToken)).toMatchObject({
      status: 403,
      body: { code: 'service_account_not_registered' },
    });
    await expect(tokenOf(made)).rejects.toThrow();

    await done('delete', rotated.client_id);
    expect((await get(newToken)).status).toBe(403);
    await expect(tokenOf(rotated)).rejects.toThrow();
    await done('free-name', username);
    await done('create-service', username);
  });

  it('are deactivated and activated', async () => {
    const made = await done('create-service', unique('service'));
    const token = await tokenOf(made);

    await done('deactivate', made.username);
    expect(await get(token)).toMatchObject({ status: 403, body: { code: 'account_inactive' } });
    await done('activate', made.username);
    expect((await get(token)).status).toBe(200);
  });

  it('have their secret printed once, but never shown, exported or stored', async () => {
    const made = await done('create-service', unique('service'));
    const rotated = await done('rotate-service', made.username);

    expect(made.client_secret).toMatch(/.{20}/);
    expect(rotated.client_secret).not.toBe(made.client_secret);
    const stored = JSON.stringify(await recordOf(rotated.client_id));
    const shown = await users(['show', made.username]);
    const exported = await users(['--json', 'export', made.username]);
    for (const text of [stored, shown.stdout, exported.stdout, shown.stderr, exported.stderr]) {
      expect(text).not.toContain(made.client_secret);
      expect(text).not.toContain(rotated.client_secret);
    }
  });

  it('have no sessions or password, and users have no secret', async () => {
    const { username } = await done('create-service', unique('service'));
    const person = await aPerson();

    for (const args of [
      ['sign-out', username],
      ['expire-password', username],
      ['rotate-service', person.username],
    ]) {
      expect(await users(['--yes', ...args])).toMatchObject({ code: 1, stdout: '' });
    }
  });
});

describe('a destructive command', () => {
  it('does nothing without --yes if there is no terminal', async () => {
    const person = await aPerson();
    const service = await done('create-service', unique('service'));
    const before = [await recordOf(person.subject), await recordOf(service.client_id)];

    for (const args of [
      ['deactivate', person.username],
      ['expire-password', person.username],
      ['sign-out', person.username],
      ['delete', person.username],
      ['rotate-service', service.username],
      ['delete', service.username],
      ['reset-second-factors', person.username],
      ['grant-superuser', service.username],
      ['verify', '--repair'],
    ]) {
      const { code, stdout, stderr } = await users(args);
      expect({ code, stdout }, args.join(' ')).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^Nothing was changed: pass --yes to .* on the local service.*\.\n$/);
    }
    // The account found, not what was typed.
    const { username, email, subject } = person;
    expect((await users(['delete', email.toUpperCase()])).stderr).toBe(
      `Nothing was changed: pass --yes to delete "${username}" (id ${subject}, ${email}) on the local service.\n`,
    );

    expect([await recordOf(person.subject), await recordOf(service.client_id)]).toEqual(before);
    expect((await get(person.token)).status).toBe(200);
  });
});

describe('verify', () => {
  let table: TestTable;
  let env: { STACK_FILE: string };
  beforeAll(async () => {
    // Its own table, which holds only the planted inconsistencies.
    table = await createTestTable(stack.endpointUrl);
    env = { STACK_FILE: await describeStack(table.name) };
  });
  afterAll(() => table.remove());

  it('exits with 0 if all is consistent, else with 3, and repairs what is safe', async () => {
    const check = async (...args: string[]) => {
      const { code, stdout } = await users(['--json', ...args, '--rate', '1000'], env);
      return { code, ...JSON.parse(stdout) };
    };
    const store = createDynamoUserStore(table.client, table.name, FOR_OPERATORS);
    const index = createDynamoAccountIndex(table.client, table.name, FOR_OPERATORS);
    const made = JSON.parse((await users(['--json', 'create', unique('made')], env)).stdout);

    const clean = await check('verify');
    await index.reserveName('former', made.id);
    await index.reserveName('ghost', 'nobody');
    await ports.directory.setEnabled(made.directoryName, false);
    const missing = aRecord();
    await store.create(missing);
    const planted = await check('verify');
    const repaired = await check('--yes', 'verify', '--repair');
    const left = await check('verify');

    expect(clean).toEqual({
      code: 0,
      accounts: 1,
      names: 1,
      superusers: 0,
      inconsistencies: 0,
      mended: 0,
      left: 0,
      found: [],
      without_email: [{ id: made.id, username: made.username }],
    });
    const kindsOf = ({ found }: { found: { kind: string; mended: boolean }[] }) =>
      found.map((one) => `${one.kind} ${one.mended}`).sort();
    expect(planted).toMatchObject({ code: 3, accounts: 2, left: 4, mended: 0 });
    expect(kindsOf(planted)).toEqual([
      'activation_differs false',
      'name_not_used false',
      'name_without_account false',
      'person_missing false',
    ]);
    expect(repaired).toMatchObject({ code: 3, left: 1, mended: 3 });
    expect(kindsOf(repaired)).toEqual([
      'activation_differs true',
      'name_not_used true',
      'name_without_account true',
      'person_missing false',
    ]);
    expect(left.found).toMatchObject([{ kind: 'person_missing', subject: missing.subject }]);
    expect(await users(['--yes', 'delete', missing.account.username], env)).toMatchObject({
      code: 0,
    });
    expect(await check('verify')).toEqual(clean);
    expect((await users(['verify'], env)).stdout).toBe(
      `without e-mail: ${made.username} (${made.id})\n1 accounts, 1 names, 0 active superusers, 0 inconsistencies left\n`,
    );
  });

  it('goes on from where an earlier run was', async () => {
    const cursor = Buffer.from('USER#somebody').toString('base64url');
    const { code, stdout } = await users(['verify', '--from', cursor], env);

    expect(code).toBe(0);
    expect(stdout).toMatch(/0 inconsistencies left, counted from the cursor on\n$/);
  });

  it('finds an item that cannot be read, which is shown, kept in a file and removed', async () => {
    const item = { pk: 'USER#broken', broken: true };
    await table.client.send(new PutCommand({ TableName: table.name, Item: item }));
    const file = join(folder, 'broken.json');
    const known = JSON.parse((await users(['--json', 'create', unique('fine')], env)).stdout);

    const found = await users(['verify'], env);
    const shown = await users(['show', 'broken'], env);
    const raw = await users(['--json', 'show', '--raw', 'broken'], env);
    const kept = await users(['export', '--raw', 'USER#broken', '--to', file], env);
    const again = await users(['export', '--raw', 'USER#broken', '--to', file], env);
    const readable = await users(['--yes', 'remove-item', known.id], env);
    const unasked = await users(['remove-item', 'USER#broken'], env);
    const removed = await users(['--json', '--yes', 'remove-item', 'USER#broken'], env);

    expect(found.code).toBe(3);
    expect(found.stdout).toContain('unreadable_item: USER#broken. The item is not one');
    expect(found.stdout).toContain('docs/runbook.md#unreadable_item');
    expect([shown.code, shown.stderr.split('\n')]).toEqual([1, [expect.any(String), '']]);
    expect(JSON.parse(raw.stdout)).toEqual({ key: 'USER#broken', item });
    expect(kept).toEqual({ code: 0, stdout: `Written to ${file}.\n`, stderr: '' });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ key: 'USER#broken', item });
    expect(again.stderr).toBe(`The file ${file} cannot be written: it exists already.\n`);
    expect(readable).toMatchObject({ code: 1, stderr: expect.stringContaining('can be read') });
    expect(unasked.stderr).toContain('pass --yes to remove the item "USER#broken" for good on');
    expect(JSON.parse(removed.stdout)).toEqual({ removed: { key: 'USER#broken', item } });
    expect((await users(['verify'], env)).code).toBe(0);
  });
});
