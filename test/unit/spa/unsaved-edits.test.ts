import { expect, it } from 'vitest';
import { forgetEdits, keepEdits, keptEdits } from '../../../examples/spa/src/unsaved-edits.ts';

const before = { name: 'Ada', company: '', job_title: '', avatar_url: '', metadata: '{"a":1}' };
const draft = { ...before, name: 'Ada Lovelace', metadata: '{"a":' };

function aTab() {
  const entries = new Map<string, string>();
  return {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
  };
}

it('gives an account its edits back, as often as it is opened', () => {
  const tab = aTab();
  keepEdits('ada', { before, draft }, tab);

  expect(keptEdits('ada', tab)).toMatchObject({ before, draft });
  expect(keptEdits('ada', tab)).toMatchObject({ before, draft });
});

it('removes the edits of another account', () => {
  const tab = aTab();
  keepEdits('ada', { before, draft }, tab);

  expect(keptEdits('grace', tab)).toBeNull();
  expect(keptEdits('ada', tab)).toBeNull();
});

it('forgets edits', () => {
  const tab = aTab();
  keepEdits('ada', { before, draft }, tab);
  forgetEdits(tab);

  expect(keptEdits('ada', tab)).toBeNull();
});

it.each(['{', 'null', '{"accountId":"ada"}'])('ignores the invalid text %s', (text) => {
  const tab = aTab();
  tab.setItem('unsaved-edits', text);

  expect(keptEdits('ada', tab)).toBeNull();
});

it('lets the form work where the storage is full', () => {
  const full = {
    ...aTab(),
    setItem: () => {
      throw new Error('full');
    },
  };

  expect(() => keepEdits('ada', { before, draft }, full)).not.toThrow();
});
