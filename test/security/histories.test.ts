/**
 * Linearizability of concurrent reads and updates, with and without If-Match, also when responses of
 * DynamoDB are lost.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Client, type History, runHistory } from '../support/account-histories.ts';
import { aCaller, aRecord, personOf } from '../support/builders.ts';
import { aPerson, get, patch } from '../support/deployed-service.ts';
import {
  type FaultyNetwork,
  NETWORK_FAULTS,
  type NetworkFault,
  startFaultyNetwork,
} from '../support/faulty-network.ts';
import { recordFigures, size } from '../support/figures.ts';
import { createInMemoryDirectory } from '../support/in-memory-directory.ts';
import { inProcessFunctions } from '../support/in-process-functions.ts';
import { pick } from '../support/random.ts';
import { createTestTable, type TestTable } from '../support/test-table.ts';

/** Without hanging faults, which only take time here. */
const FAULTS = (Object.keys(NETWORK_FAULTS) as NetworkFault[]).filter(
  (fault) => !fault.includes('hang'),
);

const figures = { histories: 0, operations: 0, unanswered: 0, refused: 0, 'not linearizable': 0 };

function count({ operations, unanswered, refused, linearizable }: History): void {
  figures.histories += 1;
  figures.operations += operations;
  figures.unanswered += unanswered;
  figures.refused += refused;
  if (!linearizable) figures['not linearizable'] += 1;
}

describe.skipIf(inject('dynamoDbUrl') === null)('on DynamoDB Local', () => {
  let table: TestTable;
  let network: FaultyNetwork;
  beforeAll(async () => {
    const url = inject('dynamoDbUrl') ?? '';
    table = await createTestTable(url);
    network = await startFaultyNetwork(url);
  });
  afterAll(async () => {
    await network.stop();
    await table.remove();
  });

  /** An account, and a client of functions without faults. */
  async function aClient(): Promise<Client> {
    const record = aRecord();
    const places = { dynamoDbUrl: network.url, tableName: table.name };
    const directory = createInMemoryDirectory(personOf(record));
    const { call, store } = inProcessFunctions({ ...places, directory });
    await store.create(record);
    const caller = aCaller(record);
    return {
      get: () => call(caller, { body: null }),
      patch: (body, headers) => call(caller, { body, headers }),
    };
  }

  it.each([
    { what: 'answers all arrive', share: 0 },
    { what: 'one answer of ten goes wrong', share: 0.1 },
  ])(
    'every history is linearizable where $what',
    async ({ share }) => {
      const histories = size({ bounded: 40, full: 400 });
      for (let round = 0; round < histories; round += 1) {
        network.faultOf = () => null;
        const client = await aClient();
        // The first read precedes the history.
        await client.get();
        let index = 0;
        network.faultOf = () => {
          index += 1;
          if (index === 1 || Math.random() >= share) return null;
          return pick(FAULTS);
        };
        const history = await runHistory(client, { clients: 5, requestsOfEach: 8 });
        count(history);
        expect(history.linearizable).toBe(true);
      }
    },
    size({ bounded: 180_000, full: 1_200_000 }),
  );

  it('covered lost responses and failed preconditions', () => {
    expect(figures.unanswered).toBeGreaterThan(0);
    expect(figures.refused).toBeGreaterThan(0);
  });
});

describe('on the deployed service', () => {
  it(
    'every history is linearizable',
    async () => {
      const histories = size({ bounded: 5, full: 60 });
      for (let round = 0; round < histories; round += 1) {
        const { token } = await aPerson();
        const client: Client = {
          get: () => get(token),
          patch: (fields, headers) => patch(token, fields, headers),
        };
        const history = await runHistory(client, { clients: 5, requestsOfEach: 6 });
        count(history);
        expect(history.linearizable).toBe(true);
      }
    },
    size({ bounded: 120_000, full: 900_000 }),
  );
});

afterAll(() => recordFigures('concurrent histories', figures));
