/**
 * `npm run test:simulation -- --seeds 100000 --first 1`: runs the histories of that many seeds and
 * prints, for each kind of broken promise, a history with the fewest acts that still break it.
 * `--seed 7` prints the history of one seed; `--only 1,4` leaves out all other acts; `--kind email` has all people of one kind of pool.
 */
import { parseArgs } from 'node:util';
import { SIGN_IN_NAMES } from '../../lib/contract.ts';
import { LATE_SECONDS } from './faults.ts';
import { fewestActs } from './shrinking.ts';
import { type SimulationOptions, simulate } from './simulation.ts';

const PROGRESS_EVERY = 5000;
/** Failures of one kind whose acts are left out where they are not needed. */
const CANDIDATES = 8;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    first: { type: 'string', default: '1' },
    seed: { type: 'string' },
    only: { type: 'string' },
    kind: { type: 'string' },
    'late-seconds': { type: 'string', default: String(LATE_SECONDS) },
  },
});
const signInNames = SIGN_IN_NAMES.find((kind) => kind === values.kind);
const options: SimulationOptions = {
  lateSeconds: Number(values['late-seconds']),
  ...(signInNames && { signInNames }),
};
process.exitCode = values.seed === undefined ? await runAll() : await runOne(Number(values.seed));

async function runOne(seed: number): Promise<number> {
  const only =
    values.only === undefined ? {} : { only: new Set(values.only.split(',').map(Number)) };
  const { violations } = await simulate(seed, { ...options, ...only, onLine: console.log });
  for (const { kind, detail } of violations) console.log(`${kind}: ${detail}`);
  return violations.length === 0 ? 0 : 1;
}

async function runAll(): Promise<number> {
  const first = Number(values.first);
  const count = Number(values.seeds);
  const started = performance.now();
  const kinds = new Map<string, number[]>();
  let failed = 0;
  for (let done = 1; done <= count; done += 1) {
    const seed = first + done - 1;
    const { violations } = await simulate(seed, options);
    if (violations.length > 0) failed += 1;
    for (const kind of new Set(violations.map((one) => one.kind))) {
      kinds.set(kind, [...(kinds.get(kind) ?? []), seed]);
    }
    if (done % PROGRESS_EVERY === 0) console.log(`${done} of ${count}, ${failed} failed`);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  for (const [kind, seeds] of kinds) await printSmallest(kind, seeds);
  for (const [kind, seeds] of kinds) {
    console.log(`${kind}: ${seeds.length} (seeds ${seeds.slice(0, 8).join(', ')})`);
  }
  console.log(`${count} histories, ${failed} failed, ${seconds} seconds`);
  return failed === 0 ? 0 : 1;
}

/** Of the first failures of a kind, the history with the fewest acts. */
async function printSmallest(kind: string, seeds: number[]): Promise<void> {
  const candidates = [];
  for (const seed of seeds.slice(0, CANDIDATES)) {
    candidates.push({ seed, only: await fewestActs(seed, kind, options) });
  }
  const [smallest] = candidates.sort((one, other) => one.only.size - other.only.size);
  if (smallest === undefined) return;
  const { seed, only } = smallest;
  console.log(`\n${kind}: --seed ${seed} --only ${[...only].join(',')}`);
  const { violations } = await simulate(seed, { ...options, only, onLine: console.log });
  for (const one of violations) console.log(`${one.kind}: ${one.detail}`);
}
