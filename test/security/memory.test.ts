/** A function that serves thousands of requests in one process does not leak memory. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCaller, aRecord, personOf } from '../support/builders.ts';
import { stack } from '../support/deployed-service.ts';
import { recordFigures, size } from '../support/figures.ts';
import { createInMemoryDirectory } from '../support/in-memory-directory.ts';
import { inProcessFunctions } from '../support/in-process-functions.ts';
import { createTestTable, type TestTable } from '../support/test-table.ts';

const REQUESTS = size({ bounded: 4000, full: 40_000 });
/** Enough requests to fill code caches and connection pools. */
const FIRST_REQUESTS = 1500;
const SAMPLES = 10;
/** Per request between the two halves. */
const TOLERATED_BYTES = 75;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapKilobytes(): number {
  collectGarbage();
  return Math.round(process.memoryUsage().heapUsed / 1024);
}

describe('the memory of a function', () => {
  let table: TestTable;
  beforeAll(async () => {
    table = await createTestTable(stack.endpointUrl);
  });
  afterAll(() => table.remove());

  it(
    'is flat over thousands of requests, refused ones among them',
    async () => {
      const record = aRecord();
      const functions = inProcessFunctions({
        dynamoDbUrl: stack.endpointUrl,
        tableName: table.name,
        directory: createInMemoryDirectory(personOf(record)),
      });
      await functions.store.create(record);
      const caller = aCaller(record);
      let sent = 0;
      const serve = async (requests: number) => {
        const end = sent + requests;
        while (sent < end) {
          sent += 1;
          const kind = sent % 4;
          if (kind < 2) await functions.call(caller, { body: null });
          else if (kind === 2) await functions.call(caller, { body: { name: `name ${sent}` } });
          else await functions.call(caller, { body: { [`unknown-${sent}`]: sent } });
          functions.lines.length = 0;
        }
      };

      await serve(FIRST_REQUESTS);
      const samples = [heapKilobytes()];
      while (samples.length <= SAMPLES) {
        await serve(REQUESTS / SAMPLES);
        samples.push(heapKilobytes());
      }

      // The minimum of each half, which excludes garbage.
      const half = samples.length / 2;
      const growth = Math.min(...samples.slice(half)) - Math.min(...samples.slice(0, half));
      await recordFigures('memory', {
        requests: sent,
        'heap in KB': samples.join(', '),
        'growth in KB': growth,
      });
      expect(growth * 1024).toBeLessThan((TOLERATED_BYTES * REQUESTS) / 2);
    },
    size({ bounded: 180_000, full: 1_200_000 }),
  );
});
