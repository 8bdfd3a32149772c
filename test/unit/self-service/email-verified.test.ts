/** What a record knows of whether its e-mail is proven, after each way in which that can change. */
import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import { UnavailableError } from '../../../lib/account/errors.ts';
import type { JsonValue } from '../../../lib/account/metadata.ts';
import { LEASE_SECONDS } from '../../../lib/contract.ts';
import { createPerson } from '../../../lib/operations/account-creation.ts';
import { setEmail } from '../../../lib/operations/account-names.ts';
import { patchMe } from '../../../lib/self-service/current-user.ts';
import { getMe } from '../../../lib/self-service/own-account.ts';
import type { DirectoryPerson } from '../../../lib/self-service/ports.ts';
import {
  aCaller,
  aPerson,
  aRecord,
  GOOD_PASSWORD,
  NOW,
  RULES,
  SSO,
} from '../../support/builders.ts';
import { anOperatorWorld } from '../../support/in-memory-admin.ts';

const EMAIL = 'ada@example.com';
const NEW = 'new@example.com';
const IDENTITY = { provider: 'Corporate', id: 'corp-7' };

function aWorld(...records: AccountRecord[]) {
  const world = anOperatorWorld(...records);
  const call = (of: Parameters<typeof aCaller>[0]) => ({
    caller: aCaller(of, { authTime: world.runtime.now - 60 }),
    report: world.report,
  });
  return {
    ...world,
    read: (of: Parameters<typeof aCaller>[0]) => getMe(world, RULES, call(of)),
    send: (
      of: AccountRecord,
      body: JsonValue,
      emailChange: 'immediate' | 'verified' = 'immediate',
    ) => patchMe(world, { ...RULES, emailChange }, call(of), { body, mode: 'replace' }, () => {}),
  };
}

const ada = (emailVerified: boolean | null = null) =>
  aRecord({ username: 'ada', email: EMAIL }, { emailVerified });

describe('an e-mail is known as', () => {
  it.each<[string, Partial<DirectoryPerson>, boolean | null]>([
    ['proven', { emailVerified: true }, true],
    ['not known, where its owner may prove it any time,', { emailVerified: false }, null],
    ['proven, as the identity provider says,', { emailVerified: true, identity: IDENTITY }, true],
    ['not proven, as the provider says,', { emailVerified: false, identity: IDENTITY }, false],
    ['not known, where there is none,', { email: null, emailVerified: false }, null],
    ['not known, where it does not fit,', { email: 'no address', emailVerified: true }, null],
  ])('%s at the first call', async (_what, given, expected) => {
    const world = aWorld();
    const person = aPerson(given);
    world.directory.people.set(person.directoryName, person);

    expect(await world.read(person)).toMatchObject({ emailVerified: expected });
  });

  it.each<[string, Partial<DirectoryPerson>, boolean | null]>([
    ['proven', { emailVerified: true }, true],
    ['not proven', { emailVerified: false }, false],
    ['proven, when it is another,', { email: NEW, emailVerified: true }, true],
    ['not proven, when it is another,', { email: NEW, emailVerified: false }, false],
    ['not known, when another account has the new one,', { email: 'bob@example.com' }, null],
  ])('%s with the sign-in at which the provider says so', async (_what, given, expected) => {
    const record = aRecord({ ...SSO, email: EMAIL }, { refreshedAt: NOW - 1000 });
    const world = aWorld(record, aRecord({ email: 'bob@example.com' }));
    Object.assign(world.directory.people.get(record.directoryName ?? '') ?? {}, given);

    expect(await world.read(record)).toMatchObject({ emailVerified: expected });
  });

  it('not known after a change that nobody has proven', async () => {
    const record = ada(true);

    expect(await aWorld(record).send(record, { email: NEW })).toMatchObject({
      emailVerified: null,
    });
  });

  it('as proven as before, in other letters or after another change', async () => {
    const record = ada(true);
    const world = aWorld(record);

    await world.send(record, { password: GOOD_PASSWORD, username: 'countess' });
    const respelled = await world.send(record, { email: 'Ada@example.com' });

    expect(respelled).toMatchObject({ account: { email: 'Ada@example.com' }, emailVerified: true });
  });

  it('proven once the code of a change was entered, and not before', async () => {
    const record = ada();
    const world = aWorld(record);
    world.directory.keepsUnproven = true;

    const asked = await world.send(record, { email: NEW }, 'verified');
    await world.directory.prove(record.directoryName ?? '', NEW);

    expect(asked).toMatchObject({ account: { email: EMAIL }, emailVerified: null });
    expect(await world.read(record)).toMatchObject({
      account: { email: NEW },
      emailVerified: true,
    });
  });

  it.each([
    { what: 'a new address', email: NEW, expected: true },
    { what: 'the address it has', email: EMAIL, expected: true },
    { what: 'none', email: null, expected: null },
  ])('$expected after an operator set $what', async ({ email, expected }) => {
    const record = ada();

    expect(await setEmail(aWorld(record), 'ada', email)).toMatchObject({ emailVerified: expected });
  });

  it('proven after an operator made the account with it', async () => {
    const given = { username: 'ada', email: EMAIL, isSuperuser: false };

    expect((await createPerson(aWorld(), given)).record).toMatchObject({ emailVerified: true });
  });

  it('proven where the next request finishes what an operator vouched for', async () => {
    const record = ada();
    const world = aWorld(record);
    const { setNames } = world.directory;
    world.directory.setNames = async () => {
      throw new UnavailableError('No answer');
    };
    await expect(setEmail(world, 'ada', NEW)).rejects.toThrow(UnavailableError);
    world.directory.setNames = setNames;
    world.runtime.now += LEASE_SECONDS + 1;

    expect(await world.read(record)).toMatchObject({
      account: { email: NEW },
      emailVerified: true,
    });
  });
});
