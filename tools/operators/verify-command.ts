/** The command `users verify`: prints what it finds as it is found, and where a later run can go on. */
import { InvalidArgumentError } from 'commander';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import { isSameInconsistency } from '../../lib/operations/invariants.ts';
import { print } from './account-description.ts';
import { failureReason } from './aws-failure.ts';
import {
  type CommandContext,
  command,
  confirm,
  EXIT_FOUND,
  isJson,
  type Result,
} from './command-line.ts';
import { rateOption } from './command-options.ts';
import { asCommand, givenWords, goingOn } from './command-words.ts';
import { during, end, isInterrupted } from './interruption.ts';
import {
  describeInconsistency,
  describeTotals,
  type ReportedInconsistency,
  verify,
} from './verify-accounts.ts';

interface Options {
  repair?: true;
  rate: number;
  from?: string;
}

/** Adds the command to the account tool. */
export function addVerify(): void {
  command<Options>(
    'verify',
    'check every account against its reserved names and the directory',
    runVerify,
  )
    .option('--repair', 'repair what is safe to repair (asks first)')
    .option('--rate <number>', 'maximum look-ups per second in the user pool', rateOption, 50)
    .option('--from <cursor>', 'go on where an interrupted run said', fromCursor);
}

async function runVerify({ ports, options, place }: CommandContext<Options>): Promise<Result> {
  const { repair = false, rate, from = null } = options;
  if (repair) await confirm(`repair what is safe to repair on ${place}`);
  const found: ReportedInconsistency[] = [];
  const withoutEmail: { id: string; username: string }[] = [];
  let page: string | null = from;
  let isRepairing = false;
  const show = (line: string) => {
    if (!isJson()) print(line);
  };
  const again = () => asCommand(goingOn(givenWords(), page === null ? null : toCursor(page)));
  const soFar = () => ({ found, without_email: withoutEmail });
  const printSoFar = () => {
    if (isJson()) print(JSON.stringify({ ...soFar(), next: again() }, null, 2));
  };
  during({
    isBusy: () => isRepairing,
    sentence: () => `Interrupted: go on with "${again()}".`,
    last: printSoFar,
  });
  try {
    const total = await verify(ports, {
      rate,
      repair,
      from,
      intentAge: 60,
      onInconsistency(one) {
        if (isJson() && one.isLeft) return markLeft(found, one);
        if (isJson()) found.push(one);
        show(describeInconsistency(one));
      },
      onWithoutEmail(id, username) {
        if (isJson()) withoutEmail.push({ id, username });
        show(`without e-mail: ${username} (${id})`);
      },
      onProgress: (line) => console.error(line),
      onPage(begin) {
        page = begin;
      },
      onRepairing(is) {
        isRepairing = is;
        if (!is && isInterrupted()) end();
      },
    });
    const since = from === null ? '' : ', counted from the cursor on';
    return {
      json: { ...total, ...soFar() },
      text: describeTotals(total) + since,
      exitCode: total.left > 0 ? EXIT_FOUND : 0,
    };
  } catch (error) {
    // Nothing was looked at that a later run would not look at again.
    if (error instanceof OperationError && page === from) throw error;
    printSoFar();
    const reason =
      error instanceof OperationError ? error.message.replace(/\.$/, '') : failureReason(error);
    throw new OperationError(`It stopped half way (${reason}): go on with "${again()}".`);
  }
}

/** In one document each inconsistency stands once, with what became of it in the end. */
function markLeft(found: ReportedInconsistency[], left: ReportedInconsistency): void {
  const known = found.find((one) => isSameInconsistency(one, left));
  if (known === undefined) found.push(left);
  else Object.assign(known, { mended: false, isLeft: true, advice: left.advice });
}

function toCursor(page: string): string {
  return Buffer.from(page).toString('base64url');
}

function fromCursor(text: string): string {
  const page = Buffer.from(text, 'base64url').toString();
  if (page === '' || toCursor(page) !== text) {
    throw new InvalidArgumentError('This is not what an interrupted run printed.');
  }
  return page;
}
