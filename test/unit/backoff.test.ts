import { describe, expect, it } from 'vitest';
import { backoffDelay } from '../../lib/backoff.ts';

describe('backoffDelay', () => {
  it('doubles from the first delay to the longest', () => {
    const delays = [1, 2, 3, 4, 40].map((attempt) =>
      backoffDelay(attempt, { first: 50, longest: 300 }),
    );

    expect(delays).toEqual([50, 100, 200, 300, 300]);
  });
});
