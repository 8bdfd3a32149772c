import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  parseObservations,
  readObservations,
} from '../../../../../tools/local/gate/aws-observations.ts';

const FILE = join(import.meta.dirname, '../../../../../tools/local/gate/aws-observations.json');
type File = Record<string, { assumed: string; observed: string | null; observedAt: string | null }>;
const file = (): File => JSON.parse(readFileSync(FILE, 'utf8'));

it('reads what is assumed, and what was observed instead of it', () => {
  const questions = file();
  const question = questions['sign_out_of_disabled_user'];
  expect(question?.assumed).toBe('refused');
  Object.assign(question ?? {}, { observed: 'accepted', observedAt: '2027-01-31' });

  const answers = parseObservations(JSON.stringify(questions));

  expect(answers.sign_out_of_disabled_user).toBe('accepted');
  expect(Object.keys(answers)).toEqual(Object.keys(questions));
});

it('has a date for each observation', () => {
  for (const { observed, observedAt } of Object.values(file())) {
    expect(observed === null).toBe(observedAt === null);
  }
});

it.each([
  ['an unknown answer', { observed: 'perhaps' }],
  ['a date that is none', { observedAt: 'yesterday' }],
])('refuses %s', (_name, wrong) => {
  const questions = file();
  Object.assign(questions['mail_by_admin_update'] ?? {}, wrong);

  expect(() => parseObservations(JSON.stringify(questions))).toThrow();
});

it('keeps the answers that a test gives to that test', () => {
  readObservations().override({ mail_by_admin_update: 'silent' });

  expect(readObservations().answers.mail_by_admin_update).toBe('mailed');
});
