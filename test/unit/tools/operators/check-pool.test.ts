import { expect, it } from 'vitest';
import { describeCheck, readPool } from '../../../../tools/operators/check-pool.ts';
import { aPoolDescription } from '../../../support/pool-descriptions.ts';

it('shows a line for each part, what to do below it, and the settings last', () => {
  const pool = aPoolDescription('email', { domains: [], hasOwnSender: false });

  const { json, text, fits } = describeCheck(pool);

  expect(fits).toBe(false);
  expect(text).toMatch(/^fits {4}sign-in-names {9}People sign in by e-mail alone\.$/m);
  expect(text).toMatch(/^fix {5}sign-in-pages {9}The pool .*\n {30}→ aws cognito-idp create/m);
  expect(text).toMatch(/^advice {2}mail /m);
  const [, settings = ''] = text.split(
    'This pool does not fit yet: 1 to fix. Settings for this pool:',
  );
  expect(JSON.parse(settings)).toMatchObject({ signInNames: 'email', passwordMinLength: 10 });
  expect(json).toMatchObject({ pool: pool.id, fits, settings: { userPoolId: pool.id } });
  expect(json['findings']).toContainEqual(expect.objectContaining({ about: 'mail' }));
});

it.each([
  ['This pool fits.', {}],
  ['This pool cannot be used', { isCaseSensitive: true, domains: [] }],
])('says in a sentence: %s', (sentence, given) => {
  expect(describeCheck(aPoolDescription('aliases', given)).text).toContain(sentence);
});

it('asks for the id of a pool before it calls anything', async () => {
  await expect(readPool('shop')).rejects.toThrow('This is not the id of a user pool');
});
