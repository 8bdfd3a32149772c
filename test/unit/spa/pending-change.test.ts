import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { savePendingChange, takePendingChange } from '../../../examples/spa/src/pending-change.ts';

const MINUTE = 60_000;
const CHANGE = { accountId: 'ada', etag: '"1"', field: 'username', value: 'countess' } as const;

function aTab() {
  const entries = new Map<string, string>();
  return {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('takePendingChange', () => {
  it('returns the change to the account that made it, once', () => {
    const tab = aTab();
    savePendingChange(CHANGE, tab);

    expect(takePendingChange('ada', tab)).toMatchObject(CHANGE);
    expect(takePendingChange('ada', tab)).toBeNull();
  });

  it('does not return another account’s change, and discards it', () => {
    const tab = aTab();
    savePendingChange(CHANGE, tab);

    expect(takePendingChange('grace', tab)).toBeNull();
    expect(takePendingChange('ada', tab)).toBeNull();
  });

  it.each([
    [15, CHANGE],
    [16, null],
  ])('returns the change up to 15 minutes later: after %s minutes', (minutes, expected) => {
    const tab = aTab();
    savePendingChange(CHANGE, tab);
    vi.advanceTimersByTime(minutes * MINUTE);

    const taken = takePendingChange('ada', tab);

    if (expected === null) expect(taken).toBeNull();
    else expect(taken).toMatchObject(expected);
  });

  it.each(['{', '{"field":"is_superuser"}', 'null'])('ignores the invalid text %s', (text) => {
    const tab = aTab();
    tab.setItem('pending-change', text);

    expect(takePendingChange('ada', tab)).toBeNull();
  });
});
