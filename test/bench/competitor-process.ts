/** Runs a competitor once in its own process and reads the figures it measured. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { EXPECTED_BODY } from './fixture.ts';

/** A measured implementation: a command that takes a runner and its arguments. */
export interface Competitor {
  name: string;
  title: string;
  /** The interpreter and its runner scripts. */
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

/** Figures of a run, by name. */
export type Figures = Readonly<Record<string, number>>;

/** @throws Error when the run fails or does not return the account */
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
    throw new Error(`${name} does not respond: ${output.slice(-300)}\n${errors.slice(-600)}`);
  if (!isDeepStrictEqual(parsed.output.body, EXPECTED_BODY))
    throw new Error(`${name} returns a wrong account`);
  return parsed.output.figures;
}
