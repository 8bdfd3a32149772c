/** A quick `npm run simulate`: usage of requests is equal on a small and a larger table. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynamoDbLocal, startDynamoDbLocal } from '../support/dynamodb-local.ts';
import { keptFigures } from './generated-page.ts';
import { SCALE_PAGE } from './scale-document.ts';
import { simulate } from './simulation.ts';

let database: DynamoDbLocal | null;

beforeAll(async () => {
  database = await startDynamoDbLocal();
}, 90_000);

afterAll(() => database?.stop());

describe('the simulation', () => {
  it('matches docs/scale.json for any number of accounts', async ({ skip }) => {
    if (database === null) return skip();

    const { usage, sizes } = await simulate(database.url, [500, 5_000], 25, () => {});

    const counted = Object.entries(usage).map(([path, { logBytes: _log, ...used }]) => [
      path,
      used,
    ]);
    expect(Object.fromEntries(counted)).toEqual({
      GET: used(['GetItem'], 1, 0, 0),
      'GET, not modified': used(['GetItem'], 1, 0, 0),
      'PATCH of nothing': used(['GetItem'], 1, 0, 0),
      'PATCH of a profile field': used(['GetItem', 'PutItem'], 1, 1, 0),
      'PATCH of the username': used(
        ['GetItem', 'TransactWriteItems', 'TransactWriteItems'],
        1,
        12,
        2,
      ),
      'first GET of a person': used(['GetItem', 'TransactWriteItems'], 1, 6, 1),
    });
    const kept = Object.entries((await keptFigures()).usage);
    expect(
      Object.fromEntries(kept.map(([path, { logBytes: _log, ...used }]) => [path, used])),
    ).toEqual(Object.fromEntries(counted));
    expect(sizes.map(({ accounts }) => accounts)).toEqual([500, 5_000]);
  });
});

function used(tableCalls: string[], readUnits: number, writeUnits: number, directoryCalls: number) {
  return { tableCalls, readUnits, writeUnits, directoryCalls };
}

describe('docs/scale.md', () => {
  it('is up to date with its figures', async () => {
    const { current, made } = await SCALE_PAGE.texts();

    expect(current).toBe(made);
  });
});
