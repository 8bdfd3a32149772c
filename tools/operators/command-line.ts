/**
 * Command-line framework of the account tool: options, confirmation of destructive commands, exit
 * codes (0 success, 1 failure, 2 usage error, 3 what was looked for is wrong).
 */
import { createInterface } from 'node:readline/promises';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ProblemError, RecordConflictError, UnavailableError } from '../../lib/account/errors.ts';
import { type AccountReference, OperationError } from '../../lib/operations/account-lookup.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { chosenStack, type StackOptions } from '../support/chosen-stack.ts';
import { errorMessage } from '../support/progress.ts';
import { print } from './account-description.ts';
import { connect } from './operator-target.ts';

const FAILED = 1;
const USAGE = 2;
/** Exit code of a command that looked and found something wrong. */
export const EXIT_FOUND = 3;

const program = new Command('users')
  .description('Creates, shows, changes, verifies and deletes accounts of a deployment.')
  .option('--stack <name>', 'a stack on AWS, with your own credentials; default: the local service')
  .option('--stage <name>', 'the stack of a stage, in the region of its settings')
  .option('--json', 'print one JSON document and nothing else')
  .option('-y, --yes', 'do not ask for confirmation')
  .showHelpAfterError()
  .exitOverride();

/** Output of a command, and its exit code if not 0. */
export type Result = { json: object; text: string; exitCode?: number };

/** Adds a command whose action receives ports, argument and options, and returns the output. */
export function command<Options extends object>(
  usage: string,
  about: string,
  action: (
    ports: OperatorPorts,
    name: string,
    options: Options,
    more: readonly string[],
  ) => Promise<Result>,
  destructive = false,
): Command {
  return program
    .command(usage)
    .description(destructive ? `${about} (asks first)` : about)
    .action(async (...given: unknown[]) => {
      const self = given.at(-1);
      if (!(self instanceof Command)) throw new TypeError('commander passes the command last');
      const stack = await chosenStack(program.opts<StackOptions>());
      const [name = '', ...more] = self.args;
      if (destructive) await confirm(`${self.name()} ${name} on ${stack ?? 'the local service'}`);
      finish(await action(await connect(stack), name, self.opts<Options>(), more));
    });
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
      if ((stack ?? stage) !== undefined) throw new OperationError('Leave out --stack here.');
      finish(await action(argument));
    });
}

function finish({ json, text, exitCode = 0 }: Result): void {
  const { json: asJson } = program.opts<{ json?: true }>();
  print(asJson ? JSON.stringify(json, null, 2) : text);
  process.exitCode = exitCode;
}

/** Adds a command on one account, whose argument is an id or a name, and which options can say. */
export function accountCommand<Options extends object>(
  verb: string,
  about: string,
  action: (
    ports: OperatorPorts,
    account: AccountReference,
    options: Options,
    more: readonly string[],
  ) => Promise<Result>,
  destructive = false,
): Command {
  const onAccount = (
    ports: OperatorPorts,
    word: string,
    options: Options & ReadingOptions,
    more: readonly string[],
  ) => action(ports, { word, as: options.id ? 'id' : options.name ? 'name' : null }, options, more);
  return command(`${verb} <account>`, about, onAccount, destructive)
    .addOption(new Option('--id', 'the account is given by an id').conflicts('name'))
    .addOption(new Option('--name', 'the account is given by a username or e-mail'));
}

interface ReadingOptions {
  id?: true;
  name?: true;
}

/** Asks for confirmation. @throws OperationError unless the answer is yes */
export async function confirm(what: string): Promise<void> {
  if (program.opts<{ yes?: true }>().yes) return;
  if (!process.stdin.isTTY) throw new OperationError(`Pass --yes to confirm: ${what}.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${what}: type yes to go on: `);
  terminal.close();
  if (answer.trim() !== 'yes') throw new OperationError('Cancelled: nothing was changed.');
}

/** Parses the value of an option that takes a UUID. */
export function uuidOption(text: string): string {
  const isUuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
  if (!isUuid) throw new InvalidArgumentError('This is not a UUID.');
  return text;
}

/** Parses the value of an option that takes a positive number. */
export function rateOption(text: string): number {
  const rate = Number(text);
  if (!(rate > 0)) throw new InvalidArgumentError('This is not a positive number.');
  return rate;
}

function describeFailure(error: unknown): string {
  if (error instanceof UnavailableError) return 'AWS did not respond. Run the command again.';
  if (error instanceof RecordConflictError)
    return 'The account was changed concurrently. Run the command again.';
  return errorMessage(error, OperationError, ProblemError);
}

/** Parses the command line and runs the command. */
export async function run(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    // commander has already printed the usage error.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE;
    else {
      console.error(describeFailure(error));
      process.exitCode = FAILED;
    }
  }
}
