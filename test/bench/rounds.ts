/** Runs competitors in rounds, each round in random order, and collects all figures. */
import { type Competitor, type Figures, run } from './competitor-process.ts';
import type { BenchCall } from './fixture.ts';
import { shuffled } from './statistics.ts';

/** Figures of each competitor's runs in one part, in order of the rounds. */
export interface Part {
  name: string;
  competitors: readonly Competitor[];
  runs: ReadonlyMap<string, readonly Figures[]>;
}

/** Options of one part of the benchmark. */
export interface Rounds {
  name: string;
  kind: 'cold' | 'warm';
  rounds: number;
  /** Discarded first rounds, so that file caches are warm. */
  warmUpRounds: number;
  call: BenchCall;
  /** Of the runner, after the event's file. */
  args: readonly string[];
}

/** @throws Error when a competitor fails or responds wrongly */
export async function runRounds(competitors: readonly Competitor[], of: Rounds): Promise<Part> {
  const runs = new Map(competitors.map(({ name }) => [name, [] as Figures[]]));
  for (let round = -of.warmUpRounds; round < of.rounds; round += 1) {
    for (const competitor of shuffled(competitors)) {
      const figures = await run(competitor, of.kind, of.call, of.args);
      if (round >= 0) runs.get(competitor.name)?.push(figures);
    }
  }
  return { name: of.name, competitors, runs };
}

/** One figure of all runs of a competitor. @throws RangeError when there are none */
export function valuesOf({ name, runs }: Part, competitor: string, figure: string): number[] {
  const values = runs.get(competitor)?.map((figures) => figures[figure]) ?? [];
  const present = values.filter((value) => value !== undefined);
  if (present.length === 0) throw new RangeError(`No ${figure} of ${competitor} in ${name}`);
  return present;
}
