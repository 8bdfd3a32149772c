/** Runs competitors round by round, each round in an order of chance, and keeps every figure. */
import { type Competitor, type Figures, run } from './competitor-process.ts';
import { shuffled } from './statistics.ts';

/** Figures of each run of each competitor of one part, in the order of the rounds. */
export interface Part {
  name: string;
  competitors: readonly Competitor[];
  runs: ReadonlyMap<string, readonly Figures[]>;
}

/** What one part of the benchmark runs. */
export interface Rounds {
  name: string;
  kind: 'cold' | 'warm';
  rounds: number;
  /** Runs that are thrown away first, so that files are in memory and folders exist. */
  warmUpRounds: number;
  args: readonly string[];
}

/** @throws Error when a competitor fails or answers wrong */
export async function runRounds(competitors: readonly Competitor[], of: Rounds): Promise<Part> {
  const runs = new Map(competitors.map(({ name }) => [name, [] as Figures[]]));
  for (let round = -of.warmUpRounds; round < of.rounds; round += 1) {
    for (const competitor of shuffled(competitors)) {
      const figures = await run(competitor, of.kind, of.args);
      if (round >= 0) runs.get(competitor.name)?.push(figures);
    }
  }
  return { name: of.name, competitors, runs };
}

/** One figure over all runs of a competitor. @throws RangeError where there is none */
export function valuesOf({ name, runs }: Part, competitor: string, figure: string): number[] {
  const values = runs.get(competitor)?.map((figures) => figures[figure]) ?? [];
  const present = values.filter((value) => value !== undefined);
  if (present.length === 0) throw new RangeError(`No ${figure} of ${competitor} in ${name}`);
  return present;
}
