/**
 * `npm run restore -- --from <table>`: makes a deployment's table equal to a restored copy of
 * it (procedure: docs/operations.md). Works on the local service unless a stack is named.
 */
import { OperationError } from '../lib/operations/account-lookup.ts';
import { copyTable, UnexpectedTableError } from '../lib/store/dynamo-table-copy.ts';
import { openTable } from './operators/operator-target.ts';
import { chosenStack } from './support/chosen-stack.ts';
import { UserFacingError } from './support/progress.ts';
import { exitWithUsage, parseWords } from './support/usage.ts';

const USAGE = 'npm run restore -- [--stack <name> | --stage <name>] --from <restored table> --yes';

const { values } = parseWords(USAGE, {
  options: {
    stack: { type: 'string' },
    stage: { type: 'string' },
    from: { type: 'string' },
    yes: { type: 'boolean', default: false },
  },
});

async function restore(from: string): Promise<void> {
  const { client, tableName } = await openTable(await chosenStack(values));
  if (from === tableName)
    throw new OperationError('--from names the table of the deployment itself.');
  if (!values.yes) {
    throw new OperationError(
      `Pass --yes to replace the content of ${tableName} with that of ${from}.`,
    );
  }
  const { written, removed } = await copyTable(client, from, tableName);
  console.log(`${tableName}: ${written} items as in ${from}, ${removed} others removed.`);
}

try {
  await restore(values.from ?? exitWithUsage(USAGE));
} catch (error) {
  const isKnown = [OperationError, UserFacingError, UnexpectedTableError].some(
    (E) => error instanceof E,
  );
  console.error(isKnown && error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
