/** A sample of `npm run test:simulation`, which runs as many seeds as it is told to. */
import { expect, it } from 'vitest';
import { simulate } from './simulation.ts';

const SEEDS = 2000;

it('keeps every promise in 2,000 histories of concurrent acts and faults', async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { violations } = await simulate(seed);
    expect(violations, `npm run test:simulation -- --seed ${seed}`).toEqual([]);
  }
});

it('makes the same history of the same seed', async () => {
  const lines: string[][] = [[], []];
  for (const part of lines) await simulate(7, { onLine: (line) => part.push(line) });
  expect(lines[0]).toEqual(lines[1]);
});

it('finds an address that nobody has proven where the service does not ask for proof', async () => {
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 200; seed += 1) {
    const { violations } = await simulate(seed, { emailChange: 'immediate' });
    for (const { kind } of violations) kinds.add(kind);
  }
  expect(kinds).toContain('unproven_email');
});
