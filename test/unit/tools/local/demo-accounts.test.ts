import { expect, it } from 'vitest';
import { SIGN_IN_NAMES } from '../../../../lib/contract.ts';
import { makeDemoAccounts } from '../../../../tools/local/demo-accounts.ts';
import { makeKind } from '../../../support/builders.ts';
import { anOperatorWorld } from '../../../support/in-memory-admin.ts';

it.each(SIGN_IN_NAMES)('demo accounts of the kind %s sign in as printed', async (kind) => {
  const world = anOperatorWorld();
  makeKind(world, kind);

  const { people } = await makeDemoAccounts(world);

  const local = people.filter(({ password }) => password !== null);
  for (const { username, signInName, email, subject } of local) {
    expect(signInName).toBe(kind === 'email' ? email : username);
    expect(world.directory.named(signInName)?.subject).toBe(subject);
    const stored = username === 'newcomer' ? null : { username, email };
    const record = await world.store.find(`${subject}`);
    expect(record?.account ?? null).toEqual(stored && expect.objectContaining(stored));
  }
  // A second start keeps them.
  const again = (await makeDemoAccounts(world)).people.map(({ subject }) => subject);
  expect(again).toEqual(people.map(({ subject }) => subject));
});
