/** Virtual time: steps that happen at moments drawn from a seed, one after the other. */
import { createRandom, pick } from '../support/random.ts';

/** Chance that a seed decides. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  /** A number in [from, to). */
  between(from: number, to: number): number;
  happens(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  uuid(): string;
}

/** The chance of a seed: the same numbers every time. */
export function chanceOf(seed: number): Chance {
  const next = createRandom(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0);
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => Math.floor(next() * 16).toString(16)).join('');
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    happens: (probability) => next() < probability,
    pick: (items) => pick(items, next),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  };
}

interface Step {
  atMs: number;
  take: () => void;
}

/** Steps that wait for their moment. Between two steps every promise that can go on has done so. */
export interface Scheduler {
  /** Virtual milliseconds since the history began. */
  nowMs: number;
  after(milliseconds: number, take: () => void): void;
  /** Takes all steps, and those that they add, in the order of their moments. */
  run(): Promise<void>;
}

export function createScheduler(): Scheduler {
  // Few steps wait at once, so that a heap would not be faster.
  const steps: Step[] = [];
  const scheduler: Scheduler = {
    nowMs: 0,
    after(milliseconds, take) {
      const step = { atMs: scheduler.nowMs + milliseconds, take };
      let place = steps.length;
      while (place > 0 && (steps[place - 1]?.atMs ?? 0) <= step.atMs) place -= 1;
      steps.splice(place, 0, step);
    },
    async run() {
      await null;
      for (let step = steps.pop(); step; step = steps.pop()) {
        scheduler.nowMs = step.atMs;
        step.take();
        // A tick comes when no microtask is left.
        await new Promise<void>((resolve) => process.nextTick(resolve));
      }
    },
  };
  return scheduler;
}
