/**
 * `npm run acceptance -- --stack <name>`: tries every promise of a deployment from outside, with
 * accounts of its own, and removes them. Exit codes: 0 all held, 1 failed to run, 2 usage error,
 * 3 a promise is broken.
 */
import { createInterface } from 'node:readline/promises';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Command, CommanderError } from 'commander';
import { isTransient } from '../lib/aws-errors.ts';
import { OperationError } from '../lib/operations/account-lookup.ts';
import { latencyLines } from './acceptance/latency.ts';
import { readObservationsFile, recordAnswers } from './acceptance/observations-file.ts';
import { PROMISES } from './acceptance/promises/all.ts';
import { resultTable, summary } from './acceptance/report.ts';
import { type AcceptanceReport, runAcceptance } from './acceptance/run.ts';
import { EXIT_FAILED, EXIT_USAGE, exitCode } from './acceptance/runner.ts';
import { localTarget, stackTarget, type Target } from './acceptance/target.ts';
import { chosenStack, type StackOptions } from './support/chosen-stack.ts';
import { errorMessage, UserFacingError } from './support/progress.ts';
import { readStackFile } from './support/stack-file.ts';

interface Options extends StackOptions {
  local?: true;
  only?: string;
  record?: string;
  json?: true;
  yes?: true;
}

const program = new Command('acceptance')
  .description('Tries every promise of a deployment from outside, with accounts of its own.')
  .option('--stack <name>', 'a stack on AWS, with your own credentials and region')
  .option('--stage <name>', 'the stack of a stage, in the region of its settings')
  .option('--local', 'the local service of npm start')
  .option('--only <prefix>', 'only promises whose id begins so')
  .option('--record <file>', 'write what AWS answers to open questions into this file')
  .option('--json', 'print one JSON document and nothing else')
  .option('-y, --yes', 'do not ask before it starts')
  .allowExcessArguments(false)
  .exitOverride();

/** The deployment that the options name, once its operator agrees. */
async function chosenTarget({ yes, ...options }: Options): Promise<Target> {
  const stack = await chosenStack(options);
  if (stack === undefined) return localTarget(await readStackFile());
  const target = await stackTarget(stack);
  const sts = new STSClient({});
  const { Account } = await sts.send(new GetCallerIdentityCommand());
  const where = `stack ${stack}, account ${Account}, region ${await sts.config.region()}`;
  console.error(`Accounts are made and removed in ${where}.`);
  if (!yes) await confirm(where);
  return target;
}

async function confirm(where: string): Promise<void> {
  if (!process.stdin.isTTY) throw new UserFacingError(`Pass --yes to start on ${where}.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Type yes to start: ').catch(() => 'no');
  terminal.close();
  if (answer.trim() !== 'yes') throw new UserFacingError('Cancelled: nothing was made.');
}

/** Stops the run at the first signal, however many come: npm sends a second one. */
function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (!controller.signal.aborted) console.error('Stopping: what was made is removed first.');
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return controller.signal;
}

function printReport(report: AcceptanceReport, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(report, null, 2));
    return;
  }
  const answers = report.answers.map(
    ({ question, answer, note }) => `${question}: ${answer ?? 'no answer'} (${note})`,
  );
  const parts = [resultTable(report.results), latencyLines(report.latencies), answers];
  console.log([...parts.flat(), summary(report)].join('\n'));
}

async function main(): Promise<number> {
  const options = program.parse().opts<Options>();
  const isOnAws = (options.stack ?? options.stage) !== undefined;
  if (isOnAws === (options.local === true)) {
    program.error('Say --stack <name>, --stage <name> or --local.');
  }
  const { record } = options;
  if (record !== undefined && options.local) {
    program.error('--record needs --stack: the local cloud is not AWS.');
  }
  const { only } = options;
  if (only !== undefined && !PROMISES.some(({ id }) => id.startsWith(only))) {
    program.error(`No id of a promise begins with "${only}".`);
  }
  if (record !== undefined) await readObservationsFile(record);
  const target = await chosenTarget(options);
  const report = await runAcceptance(target, {
    only,
    signal: stopOnSignals(),
    print: (line) => console.error(line),
  });
  if (record !== undefined) {
    await recordAnswers(record, report.answers, new Date().toISOString().slice(0, 10));
  }
  printReport(report, options.json ?? false);
  return exitCode(report);
}

try {
  process.exitCode = await main();
} catch (error) {
  // commander has already printed the usage error.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  else {
    const isAway = isTransient(error);
    console.error(isAway ? 'The cloud does not respond.' : errorMessage(error, OperationError));
    process.exitCode = EXIT_FAILED;
  }
}
