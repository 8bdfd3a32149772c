/** Runs a competitor once in its own process and reads the figures it measured. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { LOCAL_FOLDER } from '../../tools/support/cloud-access.ts';
import type { BenchCall } from './fixture.ts';

/** Output folder, outside version control. */
export const BENCH_FOLDER = join(LOCAL_FOLDER, 'bench');

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
    status: v.number(),
    body: v.pipe(v.string(), v.parseJson()),
  }),
);

/** Figures of a run, by name. */
export type Figures = Readonly<Record<string, number>>;

/**
 * @param args of the runner, after the event's file
 * @throws Error when the run fails or does not respond as expected
 */
export async function run(
  { name, command, runners, entry, env }: Competitor,
  kind: keyof Competitor['runners'],
  call: BenchCall,
  args: readonly string[],
): Promise<Figures> {
  const eventFile = join(BENCH_FOLDER, `${call.name}.json`);
  writeFileSync(eventFile, JSON.stringify(call.event));
  const child = spawn(command, [runners[kind], entry, eventFile, ...args], {
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
  const { figures, status, body } = parsed.output;
  const isExpected = call.body === undefined || isDeepStrictEqual(body, call.body);
  if (status !== call.status || !isExpected)
    throw new Error(`${name} responds wrongly to ${call.name}: ${status} ${output.slice(-600)}`);
  return figures;
}
