/** Runs contenders round by round, each round in an order of chance, and keeps every figure. */
import { type Contender, type Figures, run } from './competitor-process.ts';
import { shuffled } from './statistics.ts';

/** Figures of each run of each contender of one part, in the order of the rounds. */
export interface Part {
  name: string;
  contenders: readonly Contender[];
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

/** @throws Error when a contender fails or answers wrong */
export async function runRounds(contenders: readonly Contender[], of: Rounds): Promise<Part> {
  const runs = new Map(contenders.map(({ name }) => [name, [] as Figures[]]));
  for (let round = -of.warmUpRounds; round < of.rounds; round += 1) {
    for (const contender of shuffled(contenders)) {
      const figures = await run(contender, of.kind, of.args);
      if (round >= 0) runs.get(contender.name)?.push(figures);
    }
  }
  return { name: of.name, contenders, runs };
}

/** One figure over all runs of a contender. @throws RangeError where there is none */
export function valuesOf({ name, runs }: Part, contender: string, figure: string): number[] {
  const values = runs.get(contender)?.map((figures) => figures[figure]) ?? [];
  const present = values.filter((value) => value !== undefined);
  if (present.length === 0) throw new RangeError(`No ${figure} of ${contender} in ${name}`);
  return present;
}
