/** One run: latency first, then every promise, then the open questions, and nothing left behind. */
import { AcceptanceContext } from './context.ts';
import { type Latency, measureLatency } from './latency.ts';
import { type Answer, askOpenQuestions } from './open-questions.ts';
import { PROMISES } from './promises/all.ts';
import { type RunReport, tryPromises } from './runner.ts';
import type { Target } from './target.ts';

/** Options of a run. */
export interface AcceptanceOptions {
  /** Only promises whose id begins so, without latency and questions. @default everything */
  only?: string | undefined;
  signal: AbortSignal;
  /** Receives lines of progress. */
  print(line: string): void;
}

/** What a run found. */
export interface AcceptanceReport extends RunReport {
  latencies: Latency[];
  answers: Answer[];
}

/** Tries a deployment. Never throws once something was made: the report says what went wrong. */
export async function runAcceptance(
  target: Target,
  { only, signal, print }: AcceptanceOptions,
): Promise<AcceptanceReport> {
  const context = new AcceptanceContext(target);
  const found = { latencies: [] as Latency[], answers: [] as Answer[] };
  const isWhole = only === undefined;
  print(`Everything this run makes is called ${context.prefix}...`);
  const report = await tryPromises({
    promises: PROMISES.filter(({ id }) => isWhole || id.startsWith(only)),
    context,
    ...(isWhole && {
      async before() {
        print('Measuring the latency');
        found.latencies = await measureLatency(context);
      },
      async after() {
        print('Asking what the documentation of AWS leaves open');
        found.answers = await askOpenQuestions(context);
      },
    }),
    cleanUp: () => context.cleanUp(),
    signal,
    print,
  });
  return { ...report, ...found };
}
