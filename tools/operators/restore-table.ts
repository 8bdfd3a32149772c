/** `npm run restore`: the copy, and what is said of it. */
import { errorName } from '../../lib/aws-errors.ts';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import { copyTable, UnexpectedTableError } from '../../lib/store/dynamo-table-copy.ts';
import { chosenStack, type StackOptions } from '../support/chosen-stack.ts';
import { errorMessage } from '../support/progress.ts';
import { print } from './account-description.ts';
import { awsReason, failureReason } from './aws-failure.ts';
import { during } from './interruption.ts';
import { openTable } from './operator-target.ts';

interface Words extends StackOptions {
  /** The table to copy from. */
  from: string;
  yes: boolean;
}

/** Copies, or says in a sentence why not, with exit code 1. */
export async function restore(words: Words): Promise<void> {
  try {
    print(await copied(words));
  } catch (error) {
    const reason = awsReason(error);
    console.error(reason === null ? errorMessage(error, OperationError) : sentence(reason));
    process.exitCode = 1;
  }
}

function sentence(reason: string): string {
  return `Nothing was changed: ${reason}.`;
}

async function copied({ from, yes, ...chosen }: Words): Promise<string> {
  const { client, tableName, place } = await openTable(await chosenStack(chosen));
  if (from === tableName)
    throw new OperationError('--from names the table of the deployment itself.');
  if (!yes) {
    throw new OperationError(
      `Nothing was changed: pass --yes to replace the content of ${tableName} with that of ${from} on ${place}.`,
    );
  }
  during({
    isBusy: () => false,
    sentence: () => 'Interrupted: run the same command again, which makes the table whole.',
  });
  const { written, removed } = await copyTable(client, from, tableName).catch(async (error) => {
    throw new OperationError(copyFailure(error, from, await client.config.region()));
  });
  return `${tableName}: ${written} items as in ${from}, ${removed} others removed.`;
}

/** The sentence for a copy that failed. */
function copyFailure(error: unknown, from: string, region: string): string {
  if (errorName(error) === 'ResourceNotFoundException') {
    return `There is no table "${from}" in the region ${region}: nothing was changed.`;
  }
  if (error instanceof UnexpectedTableError) {
    return `The table "${from}" is none of this service, so nothing was changed. ${error.message}.`;
  }
  return `The copy stopped, because ${failureReason(error)}: run the same command again, which finishes it.`;
}
