/**
 * `npm run restore -- --from <table>`: makes a deployment's table hold what a restored copy of it
 * holds, as docs/operations.md walks through it. Like the account tool it works on the local service
 * unless a stack is named.
 */
import { parseArgs } from 'node:util';
import { OperationError } from '../lib/operations/account-lookup.ts';
import { copyTable, UnexpectedTableError } from '../lib/store/dynamo-table-copy.ts';
import { openTable } from './operators/operator-target.ts';
import { UserFacingError } from './support/progress.ts';

const USAGE = 'npm run restore -- [--stack <name>] --from <restored table> --yes';

const { values } = parseArgs({
  options: {
    stack: { type: 'string' },
    from: { type: 'string' },
    yes: { type: 'boolean', default: false },
  },
});

async function restore(from: string): Promise<void> {
  const { client, tableName } = await openTable(values.stack);
  if (from === tableName) throw new OperationError('This is the table of the deployment itself.');
  if (!values.yes) {
    throw new OperationError(`Say --yes to replace all of ${tableName} by what ${from} holds.`);
  }
  const { written, removed } = await copyTable(client, from, tableName);
  console.log(`${tableName}: ${written} items as in ${from}, ${removed} others removed.`);
}

if (values.from === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    await restore(values.from);
  } catch (error) {
    const isKnown = [OperationError, UserFacingError, UnexpectedTableError].some(
      (E) => error instanceof E,
    );
    console.error(isKnown && error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
