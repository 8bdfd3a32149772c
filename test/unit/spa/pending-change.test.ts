import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepChange, takeKeptChange } from '../../../examples/spa/src/pending-change.ts';

const MINUTE = 60_000;
const CHANGE = { accountId: 'ada', etag: '"1"', field: 'username', value: 'countess' } as const;

function aTab() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('takeKeptChange', () => {
  it('gives the change to the one who made it, once', () => {
    const tab = aTab();
    keepChange(CHANGE, tab);

    expect(takeKeptChange('ada', tab)).toMatchObject(CHANGE);
    expect(takeKeptChange('ada', tab)).toBeNull();
  });

  it('gives nobody else’s change, and forgets it', () => {
    const tab = aTab();
    keepChange(CHANGE, tab);

    expect(takeKeptChange('grace', tab)).toBeNull();
    expect(takeKeptChange('ada', tab)).toBeNull();
  });

  it.each([
    [15, CHANGE],
    [16, null],
  ])('is asked %s minutes later', (minutes, expected) => {
    const tab = aTab();
    keepChange(CHANGE, tab);
    vi.advanceTimersByTime(minutes * MINUTE);

    const taken = takeKeptChange('ada', tab);

    if (expected === null) expect(taken).toBeNull();
    else expect(taken).toMatchObject(expected);
  });

  it.each(['{', '{"field":"is_superuser"}', 'null'])('takes %s for no change', (text) => {
    const tab = aTab();
    tab.setItem('kept-change', text);

    expect(takeKeptChange('ada', tab)).toBeNull();
  });
});
