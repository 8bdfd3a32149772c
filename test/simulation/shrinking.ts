/** Finds fewer acts of a history that still break a promise in the same way. */
import { type SimulationOptions, simulate } from './simulation.ts';

/** Leaves acts out, one at a time, while a violation of that kind is found. */
export async function fewestActs(
  seed: number,
  kind: string,
  options: SimulationOptions,
): Promise<Set<number>> {
  const { acts } = await simulate(seed, options);
  let kept = new Set(acts);
  for (const act of acts) {
    const fewer = kept.difference(new Set([act]));
    const { violations } = await simulate(seed, { ...options, only: fewer });
    if (violations.some((one) => one.kind === kind)) kept = fewer;
  }
  return kept;
}
