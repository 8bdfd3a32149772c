/** Runs a competitor in a process of its own, once, and takes what it measured of itself. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { ANSWER } from './fixture.ts';

/** What is measured: a command that takes a runner's arguments after the runner. */
export interface Competitor {
  name: string;
  title: string;
  /** The interpreter, and its runners by kind of run. */
  command: string;
  runners: { cold: string; warm: string };
  /** The file the runner imports. */
  entry: string;
  env: Readonly<Record<string, string>>;
}

const OutputSchema = v.pipe(
  v.string(),
  v.transform((output) => output.trimEnd().split('\n').at(-1)),
  v.string(),
  v.parseJson(),
  v.object({
    figures: v.record(v.string(), v.number()),
    status: v.literal(200),
    body: v.pipe(v.string(), v.parseJson()),
  }),
);

/** Figures of one run, by name. */
export type Figures = Readonly<Record<string, number>>;

/** @throws Error for a run that fails, or whose answer is not the account */
export async function run(
  { name, command, runners, entry, env }: Competitor,
  kind: keyof Competitor['runners'],
  args: readonly string[],
): Promise<Figures> {
  const child = spawn(command, [runners[kind], entry, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  const parsed = v.safeParse(OutputSchema, output);
  if (!parsed.success)
    throw new Error(`${name} does not answer: ${output.slice(-300)}\n${errors.slice(-600)}`);
  if (!isDeepStrictEqual(parsed.output.body, ANSWER)) throw new Error(`${name} answers wrong`);
  return parsed.output.figures;
}
