/**
 * Command-line framework of the account tool: options, confirmation of destructive commands, exit
 * codes (0 success, 1 failure, 2 usage error, 3 what was looked for is wrong, 130 interrupted).
 */
import { Command, CommanderError } from 'commander';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import { chosenStack, type StackOptions } from '../support/chosen-stack.ts';
import { print } from './account-description.ts';
import { stackOption, usageSentence } from './command-options.ts';
import { asCommand, givenWords } from './command-words.ts';
import { describeFailure } from './failure.ts';
import { during, EXIT_INTERRUPTED, InterruptedError, isInterrupted } from './interruption.ts';
import { connect, type Deployment } from './operator-target.ts';
import { ask } from './question.ts';

const FAILED = 1;
const USAGE = 2;
/** Exit code of a command that looked and found something wrong. */
export const EXIT_FOUND = 3;

const program = new Command('users')
  .description('Creates, shows, changes, verifies and deletes accounts of a deployment.')
  .option(
    '--stack <name>',
    'a stack on AWS, with your own credentials; default: the local service',
    stackOption,
  )
  .option('--stage <name>', 'the stack of a stage, in the region of its settings')
  .option('--json', 'print one JSON document and nothing else')
  .option('-y, --yes', 'do not ask for confirmation')
  .configureOutput({ outputError: (text, write) => write(usageSentence(text)) })
  .exitOverride();

/** Output of a command, its exit code if not 0, and what is left to do, in a sentence. */
export type Result = { json: object; text: string; exitCode?: number; left?: string | null };

/** What a command works with. */
export interface CommandContext<Options extends object> extends Deployment {
  /** Argument after the command; empty for none. */
  name: string;
  /** Further arguments. */
  more: readonly string[];
  options: Options;
}

/** Lines that the operator must keep: their command does not end with 0. */
let kept = 0;
/** What the command that runs has done, and the words that finish it. */
let running: { writes: () => number; again: string } = { writes: () => 0, again: '' };

/**
 * Adds a command.
 * @param asks what is to be confirmed before the action, as a clause such as `delete ada`
 */
export function command<Options extends object>(
  usage: string,
  about: string,
  action: (context: CommandContext<Options>) => Promise<Result>,
  asks?: (context: CommandContext<Options>) => string,
): Command {
  return program
    .command(usage)
    .description(asks ? `${about} (asks first)` : about)
    .action(async (...given: unknown[]) => {
      const self = given.at(-1);
      if (!(self instanceof Command)) throw new TypeError('commander passes the command last');
      const [name = '', ...more] = self.args;
      const options = self.opts<Options>();
      const context = { ...(await open(self)), name, more, options };
      if (asks) await confirm(`${asks(context)} on ${context.place}`);
      finish(await action(context));
    });
}

/** The deployment that the options name, for a command. */
async function open(self: Command): Promise<Deployment> {
  const stackName = await chosenStack(program.opts<StackOptions>());
  const { withoutAudit = false } = self.opts<{ withoutAudit?: boolean }>();
  const keep = (line: string) => {
    kept += withoutAudit ? 0 : 1;
    console.error(line);
  };
  const deployment = await connect({ stackName, command: self.name(), withoutAudit, keep });
  const writes = () => deployment.journal.writes;
  running = { writes, again: asCommand(givenWords()) };
  during({
    isBusy: () => writes() > 0,
    sentence: () =>
      writes() === 0
        ? 'Interrupted: nothing was changed.'
        : `Interrupted while a change was under way: run "${running.again}", which finishes it.`,
  });
  return deployment;
}

/** Says by which words the command that runs is finished after a failure. */
export function finishedBy(words: readonly string[]): void {
  running.again = asCommand(words);
}

/** Adds a command that needs no deployment. */
export function commandWithoutStack(
  usage: string,
  about: string,
  action: (argument: string) => Promise<Result>,
): void {
  program
    .command(usage)
    .description(about)
    .action(async (argument: string) => {
      const { stack, stage } = program.opts<StackOptions>();
      if ((stack ?? stage) !== undefined) {
        throw new OperationError('Leave out --stack and --stage here.');
      }
      finish(await action(argument));
    });
}

function finish({ json, text, exitCode = 0, left = null }: Result): void {
  const { json: asJson } = program.opts<{ json?: true }>();
  if (asJson) print(JSON.stringify(json, null, 2));
  else if (text !== '') print(text);
  if (left !== null) console.error(left);
  process.exitCode = left !== null || kept > 0 ? FAILED : exitCode;
  if (!isInterrupted()) return;
  console.error('The command was finished before it was interrupted.');
  process.exitCode = EXIT_INTERRUPTED;
}

/** True where one JSON document is to be printed and nothing else. */
export function isJson(): boolean {
  return program.opts<{ json?: true }>().json === true;
}

/** Asks for confirmation, unless --yes gives it. @throws OperationError unless the answer is yes */
export async function confirm(what: string): Promise<void> {
  if (!program.opts<{ yes?: true }>().yes) await ask(what);
}

/** Parses the command line and runs the command. */
export async function run(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    // commander has already printed the usage error.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE;
    else {
      console.error(describeFailure(error, running.writes(), running.again));
      process.exitCode = error instanceof InterruptedError ? EXIT_INTERRUPTED : FAILED;
    }
  }
}
