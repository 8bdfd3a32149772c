/** Items stored by an older or a newer release, read by the deployed functions. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { aPerson, get, patch, stack } from '../support/deployed-service.ts';
import { expectProblem } from '../support/problems.ts';

const TableName = stack.usersTableName;
const table = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(stack.endpointUrl)));
const keyOf = (subject: string) => ({ pk: `USER#${subject}` });

async function itemOf(subject: string): Promise<Record<string, unknown>> {
  const { Item = {} } = await table.send(new GetCommand({ TableName, Key: keyOf(subject) }));
  return Item;
}

describe('an item without a schema version', () => {
  it('is read and changed like any other, and gets a version with the change', async () => {
    const { subject, token, username } = await aPerson();
    const { schema, ...old } = await itemOf(subject);
    await table.send(new PutCommand({ TableName, Item: old }));

    const read = await get(token);
    const readAgain = await itemOf(subject);
    const changed = await patch(token, { name: 'Ada' });

    expect(schema).toBe(1);
    expect(read).toMatchObject({ status: 200, body: { username } });
    expect(readAgain).toEqual(old);
    expect(changed).toMatchObject({ status: 200, body: { username, name: 'Ada' } });
    expect(await itemOf(subject)).toMatchObject({ schema: 1, account: { name: 'Ada' } });
  });
});

describe('an item of a newer release', () => {
  it('is neither read nor written: 503 until that release is deployed again', async () => {
    const { subject, token } = await aPerson();
    const known = await itemOf(subject);
    const newer = { ...known, schema: 1000, something: 'new' };
    await table.send(new PutCommand({ TableName, Item: newer }));

    const answers = [await get(token), await patch(token, { name: 'Ada' })];

    for (const answer of answers) {
      expectProblem(answer, { status: 503, code: 'unavailable' });
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(await itemOf(subject)).toEqual(newer);

    await table.send(new PutCommand({ TableName, Item: known }));

    expect((await get(token)).status).toBe(200);
  });
});
