/**
 * `npm run simulate`: measures both operations on tables of 1,000 to 1,000,000 accounts in DynamoDB
 * Local, stores the figures in docs/scale.json and their tables in docs/scale.md. Loading takes about
 * ten minutes on two cores. `-- --tables` only regenerates the tables.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startDynamoDbLocal } from '../support/dynamodb-local.ts';
import { FIGURES_FILE } from './generated-page.ts';
import { SCALE_PAGE } from './scale-document.ts';
import { simulate } from './simulation.ts';

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const ROUNDS = 200;

const { values } = parseArgs({ options: { tables: { type: 'boolean', default: false } } });
if (!values.tables) await run();
await SCALE_PAGE.write();

async function run(): Promise<void> {
  const database = await startDynamoDbLocal();
  if (database === null) throw new Error('The simulation needs Java 17 or newer');
  try {
    const figures = await simulate(database.url, SIZES, ROUNDS, console.log);
    await writeFile(FIGURES_FILE, `${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    await database.stop();
  }
}
