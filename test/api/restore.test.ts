/** A complete restore, following docs/operations.md. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBackupCommand,
  DynamoDBClient,
  RestoreTableFromBackupCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '../../tools/local/sign-in.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import {
  aPerson,
  aStranger,
  get,
  patch,
  recordOf,
  stack,
  unique,
} from '../support/deployed-service.ts';
import { runTool } from '../support/operator-tool.ts';

const database = new DynamoDBClient(clientSettings(stack.endpointUrl));
const TableName = stack.usersTableName;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restore-'));
  await writeFile(join(folder, 'stack.json'), JSON.stringify(stack));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs an operators' tool on the deployed service. */
const tool = (name: string, ...args: string[]) =>
  runTool(name, args, { STACK_FILE: join(folder, 'stack.json') });

/** Inconsistencies of a subject according to `verify`. */
async function foundOf(subject: string, ...args: string[]): Promise<string[]> {
  const { stdout } = await tool('users', '--json', '--yes', 'verify', '--rate', '1000', ...args);
  const { found } = JSON.parse(stdout) as { found: { kind: string; subject: string }[] };
  return found.filter((one) => one.subject === subject).map(({ kind }) => kind);
}

describe('a restore', () => {
  it('restores accounts, and verify reports and repairs differences to Cognito', async () => {
    const person = await aPerson();
    const newcomer = await aStranger();
    const before = await recordOf(person.subject);
    const tag = (await get(person.token)).headers.get('etag') ?? '';
    const backup = await database.send(
      new CreateBackupCommand({ TableName, BackupName: unique('before') }),
    );

    const renamed = await patch(person.token, { username: unique('renamed'), name: 'Damage' });
    const met = await get(newcomer.token);
    const from = unique('restored');
    await database.send(
      new RestoreTableFromBackupCommand({
        TargetTableName: from,
        BackupArn: backup.BackupDetails?.BackupArn,
      }),
    );
    const unasked = await tool('restore', '--from', from);
    const untouched = await recordOf(person.subject);
    const restored = await tool('restore', '--from', from, '--yes');

    expect([renamed.status, met.status]).toEqual([200, 200]);
    expect(unasked).toMatchObject({ code: 1, stderr: expect.stringContaining('pass --yes') });
    expect(untouched.account.name).toBe('Damage');
    expect(restored.stdout).toContain(`items as in ${from}`);
    expect((await recordOf(person.subject)).account).toEqual(before.account);

    const answer = await get(person.token, { 'if-none-match': tag });
    expect(answer).toMatchObject({ status: 200, body: { username: person.username, name: null } });
    expect((await get(newcomer.token)).status).toBe(200);

    expect(await foundOf(person.subject)).toEqual(['username_differs']);
    await foundOf(person.subject, '--repair');
    expect(await foundOf(person.subject)).toEqual([]);
    const { username, password } = person;
    expect((await signIn(stack, { username, password })).accessToken).toBeTruthy();
  });

  it.each([
    [['--yes'], 2, 'npm run restore'],
    [['--from', 'nothere', '--stack', '', '--yes'], 2, 'npm run restore'],
    [['--from', TableName, '--yes'], 1, '--from names the table of the deployment itself.'],
  ])('is refused with %j', async (args, code, says) => {
    const outcome = await tool('restore', ...args);

    expect(outcome).toMatchObject({ code, stderr: expect.stringContaining(says) });
  });

  it('of a table that does not exist is refused in one sentence', async () => {
    expect(await tool('restore', '--from', 'nothere', '--yes')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'There is no table "nothere" in the region us-east-1: nothing was changed.\n',
    });
  });
});
