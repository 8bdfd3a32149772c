/**
 * The command line of the account tool: its options, its questions before what cannot be taken
 * back, its exit codes (0 done, 1 failed, 2 wrong words, 3 inconsistencies). Knows no command.
 */
import { createInterface } from 'node:readline/promises';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { ProblemError, RecordConflictError, UnavailableError } from '../../lib/account/errors.ts';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { errorMessage } from '../support/progress.ts';
import { print } from './account-description.ts';
import { connect } from './operator-target.ts';

const FAILED = 1;
const USAGE = 2;
/** What `verify` exits with where inconsistencies are left. */
export const EXIT_INCONSISTENT = 3;

const program = new Command('users')
  .description('Makes, shows, changes, checks and deletes accounts of a deployment.')
  .option('--stack <name>', 'a stack on AWS, with your own credentials; else the local service')
  .option('--json', 'print one JSON document and nothing else')
  .option('-y, --yes', 'do not ask before what cannot be taken back')
  .showHelpAfterError()
  .exitOverride();

/** What a command prints, and its exit code where it is not 0. */
export type Result = { json: object; text: string; exitCode?: number };

/** Adds a command whose action gets ports, arguments and options, and returns what to print. */
export function command<Options extends object>(
  usage: string,
  about: string,
  action: (ports: OperatorPorts, name: string, options: Options) => Promise<Result>,
  destructive = false,
): Command {
  return program
    .command(usage)
    .description(destructive ? `${about} (asks first)` : about)
    .action(async (...given: unknown[]) => {
      const self = given.at(-1);
      if (!(self instanceof Command)) throw new TypeError('commander passes the command last');
      const { stack, json } = program.opts<{ stack?: string; json?: true }>();
      const name = self.args[0] ?? '';
      if (destructive) await confirm(`${self.name()} ${name} on ${stack ?? 'the local service'}`);
      const result = await action(await connect(stack), name, self.opts<Options>());
      print(json ? JSON.stringify(result.json, null, 2) : result.text);
      process.exitCode = result.exitCode ?? 0;
    });
}

/** Asks before what cannot be taken back. @throws OperationError unless the answer is yes */
export async function confirm(what: string): Promise<void> {
  if (program.opts<{ yes?: true }>().yes) return;
  if (!process.stdin.isTTY) throw new OperationError(`Say --yes to do this unasked: ${what}.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${what}: type yes to go on: `);
  terminal.close();
  if (answer.trim() !== 'yes') throw new OperationError('Nothing was done.');
}

/** The value of an option that takes a uuid. */
export function uuidOption(text: string): string {
  const isUuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
  if (!isUuid) throw new InvalidArgumentError('This is no uuid.');
  return text;
}

/** The value of an option that takes a number above 0. */
export function rateOption(text: string): number {
  const rate = Number(text);
  if (!(rate > 0)) throw new InvalidArgumentError('This is no rate above 0.');
  return rate;
}

function describeFailure(error: unknown): string {
  if (error instanceof UnavailableError) return 'The cloud did not answer. Run the command again.';
  if (error instanceof RecordConflictError)
    return 'Somebody else changed it. Run the command again.';
  return errorMessage(error, OperationError, ProblemError);
}

/** Runs the command that was asked for. */
export async function run(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    // commander has said already what is wrong with the words.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE;
    else {
      console.error(describeFailure(error));
      process.exitCode = FAILED;
    }
  }
}
