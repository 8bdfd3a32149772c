import { describe, expect, it } from 'vitest';
import { pendingEmailOf } from '../../../lib/account/account-record.ts';
import { LEASE_SECONDS, SIGN_IN_NAMES } from '../../../lib/contract.ts';
import { endEmailChange, freeName, setEmail } from '../../../lib/operations/account-names.ts';
import { patchMe } from '../../../lib/self-service/current-user.ts';
import { getMe } from '../../../lib/self-service/own-account.ts';
import {
  aCaller,
  aPerson,
  aRecord,
  makeKind,
  NOW,
  RULES,
  SERVICE,
  SSO,
} from '../../support/builders.ts';
import { FAULTS } from '../../support/faulty-ports.ts';
import {
  anOperatorWorld,
  type OperatorWorld,
  operatorFault,
} from '../../support/in-memory-admin.ts';
import { createInMemoryNotices } from '../../support/in-memory-notices.ts';
import { inconsistencies } from '../../support/oracle.ts';
import { REST_SECONDS } from '../../support/store-options.ts';

const OLD = 'ada@example.com';
const ada = () => aRecord({ username: 'ada', email: 'ada@example.com' });
const personOfAda = (world: OperatorWorld, { directoryName }: { directoryName: string | null }) =>
  world.directory.people.get(directoryName ?? '');

describe('setEmail', () => {
  it.each([
    {
      what: 'both addresses of a new one',
      email: 'new@example.com',
      told: [OLD, 'new@example.com'],
    },
    { what: 'the old address of one taken away', email: null, told: [OLD] },
    { what: 'one address in other letters once', email: 'Ada@example.com', told: [OLD] },
    { what: 'nobody of one that is set already', email: OLD, told: [] },
  ])('tells $what', async ({ email, told }) => {
    const world = { ...anOperatorWorld(ada()), notices: createInMemoryNotices() };

    await setEmail(world, 'ada', email);

    expect(world.notices.sent.map(({ to, changed }) => [to, changed])).toEqual(
      told.map((to) => [to, ['email']]),
    );
  });

  it('tells the new address alone where nobody has proven the old one', async () => {
    const record = ada();
    const world = { ...anOperatorWorld(record), notices: createInMemoryNotices() };
    const person = personOfAda(world, record);
    if (person) person.emailVerified = false;

    await setEmail(world, 'ada', 'new@example.com');

    expect(world.notices.sent.map(({ to }) => to)).toEqual(['new@example.com']);
  });

  it('refuses to take the address away that its owner signs in with', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    makeKind(world, 'email');

    await expect(setEmail(world, 'ada', null)).rejects.toThrow(
      'People sign in by e-mail here: set another address instead.',
    );
    expect(world.store.records.get(record.subject)).toEqual(record);
    expect(personOfAda(world, record)).toMatchObject({ email: OLD });
  });

  it.each(SIGN_IN_NAMES)('sets a verified address in a pool of kind %s', async (signInNames) => {
    const record = ada();
    const world = anOperatorWorld(record);
    makeKind(world, signInNames);

    await setEmail(world, 'ada', 'new@example.com');

    expect(personOfAda(world, record)).toMatchObject({
      email: 'new@example.com',
      emailVerified: true,
    });
    expect(inconsistencies(world)).toEqual([]);
  });

  it('sets a verified address, and the old one rests', async () => {
    const record = ada();
    const world = anOperatorWorld(record);

    const stored = await setEmail(world, 'ada', 'new@example.com');

    expect(stored).toMatchObject({
      account: { email: 'new@example.com' },
      version: record.version + 1,
      intent: null,
    });
    expect(personOfAda(world, record)).toMatchObject({
      email: 'new@example.com',
      emailVerified: true,
    });
    expect(world.store.resting.get('ada@example.com')?.restingFor).toBe(record.subject);
    expect(inconsistencies(world)).toEqual([]);
  });

  it('takes an address away, which its owner cannot do with null', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    const request = { caller: aCaller(record), report: world.report };
    const sent = { body: { email: null }, mode: 'replace' } as const;

    const kept = await patchMe(world, RULES, request, sent, () => {});
    const stored = await setEmail(world, 'ada', null);

    expect(kept).toEqual(record);
    expect(stored.account.email).toBeNull();
    expect(personOfAda(world, record)).toMatchObject({ email: null, emailVerified: false });
    expect(inconsistencies(world)).toEqual([]);
  });

  it('verifies the address that an account has, without a new version', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    Object.assign(personOfAda(world, record) ?? {}, { emailVerified: false });

    const stored = await setEmail(world, 'ada', 'ada@example.com');

    expect(stored.version).toBe(record.version);
    expect(personOfAda(world, record)?.emailVerified).toBe(true);
  });

  it.each([
    ['that another account holds', 'bob@example.com', 'This address is taken.'],
    ['of somebody who never called', 'late@example.com', 'This address is taken.'],
    ['that is none', 'a@b@c', 'not acceptable'],
  ])('refuses an address %s, and changes nothing', async (_name, email, message) => {
    const record = ada();
    const world = anOperatorWorld(record, aRecord({ email: 'bob@example.com' }));
    const late = aPerson({ preferredUsername: 'late', email: 'late@example.com' });
    world.directory.people.set(late.directoryName, late);
    const people = structuredClone(world.directory.people);

    await expect(setEmail(world, 'ada', email)).rejects.toThrow(message);

    expect(world.directory.people).toEqual(people);
    expect(world.store.records.get(record.subject)).toMatchObject({
      account: record.account,
      intent: null,
    });
    expect(inconsistencies(world)).toEqual([]);
  });

  it.each([
    ['an SSO account', aRecord({ ...SSO, username: 'eve' }), 'identity provider'],
    ['a service account', aRecord({ ...SERVICE, username: 'eve' }), 'does not sign in'],
  ])('refuses the address of %s', async (_name, record, message) => {
    const world = anOperatorWorld(record);

    await expect(setEmail(world, 'eve', 'eve@example.com')).rejects.toThrow(message);
  });

  it('to an address of somebody who never called takes nothing, whatever goes wrong', async () => {
    for (let at = 1; at <= 8; at += 1) {
      for (const fault of FAULTS) {
        const record = ada();
        const world = anOperatorWorld(record);
        const late = aPerson({ preferredUsername: 'late', email: 'late@example.com' });
        world.directory.people.set(late.directoryName, late);
        const { ports, settle } = operatorFault(world, at, fault);
        await setEmail(ports, record.subject, 'late@example.com').catch(() => {});
        await settle();
        world.runtime.now += LEASE_SECONDS;
        await getMe(world, RULES, { caller: aCaller(record), report: world.report });
        const stored = world.store.records.get(record.subject);
        expect(stored?.account.email, `call ${at} ${fault}`).toBe(OLD);
      }
    }
  });

  it.each(['new@example.com', null])(
    'to %s can be run again whatever went wrong',
    async (email) => {
      for (let at = 1; at <= 20; at += 1) {
        for (const fault of FAULTS) {
          const record = ada();
          const world = anOperatorWorld(record);
          const { ports, settle } = operatorFault(world, at, fault);
          await setEmail(ports, record.subject, email).catch(() => {});
          await settle();
          world.runtime.now += LEASE_SECONDS;
          await getMe(world, RULES, { caller: aCaller(record), report: world.report });
          expect(inconsistencies(world), `call ${at} ${fault}`).toEqual([]);

          await setEmail(world, record.subject, email);

          expect(world.store.records.get(record.subject)?.account.email).toBe(email);
          const verified = { email, emailVerified: email !== null };
          expect(personOfAda(world, record), `call ${at} ${fault}`).toMatchObject(verified);
          expect(inconsistencies(world), `call ${at} ${fault}`).toEqual([]);
        }
      }
    },
  );
});

describe('endEmailChange', () => {
  const former = { address: 'ada@example.com', verified: true };
  const pendingEmail = { address: 'new@example.com', since: NOW, former, isWithdrawn: false };

  it('ends a change that waits to be proven, and its code makes nothing of it', async () => {
    const record = { ...ada(), pendingEmail };
    const world = anOperatorWorld(record);

    const ended = await endEmailChange(world, 'ada');
    Object.assign(personOfAda(world, record) ?? {}, { email: 'new@example.com' });
    const read = await getMe(world, RULES, { caller: aCaller(record), report: world.report });

    expect(pendingEmailOf(ended, NOW)).toBeNull();
    expect(read).toMatchObject({ account: record.account, pendingEmail: null });
    expect(personOfAda(world, record)).toMatchObject({ email: 'ada@example.com' });
    expect(inconsistencies(world)).toEqual([]);
  });

  it('says where none waits', async () => {
    await expect(endEmailChange(anOperatorWorld(ada()), 'ada')).rejects.toThrow('No change');
  });

  it('is what setting an address does too: a code of before makes nothing of it', async () => {
    const record = { ...ada(), pendingEmail };
    const world = anOperatorWorld(record);

    await setEmail(world, 'ada', 'given@example.com');
    Object.assign(personOfAda(world, record) ?? {}, { email: 'new@example.com' });
    await getMe(world, RULES, { caller: aCaller(record), report: world.report });

    const verified = { email: 'given@example.com', emailVerified: true };
    expect(personOfAda(world, record)).toMatchObject(verified);
    expect(inconsistencies(world)).toEqual([]);
  });
});

describe('freeName', () => {
  it('frees a name for everybody before its rest is over', async () => {
    const record = ada();
    const world = anOperatorWorld(record, aRecord({ username: 'bob' }));
    await setEmail(world, 'ada', null);

    const rest = await freeName(world, 'ADA@example.com');

    const until = world.runtime.now + REST_SECONDS;
    expect(rest).toEqual({ name: 'ada@example.com', restingFor: record.subject, until });
    await setEmail(world, 'bob', 'ada@example.com');
    expect(inconsistencies(world)).toEqual([]);
  });

  it.each([
    ['held', 'ada', 'An account holds the name "ada".'],
    ['free', 'nobody', 'The name "nobody" does not rest.'],
  ])('refuses a name that is %s', async (_name, name, message) => {
    await expect(freeName(anOperatorWorld(ada()), name)).rejects.toThrow(message);
  });

  it('leaves a name alone that its last holder took back meanwhile', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    await setEmail(world, 'ada', null);
    const { restingOf } = world.index;
    const index: OperatorWorld['index'] = {
      ...world.index,
      async restingOf(names) {
        const found = await restingOf(names);
        await setEmail(world, 'ada', 'ada@example.com');
        return found;
      },
    };

    const freed = freeName({ ...world, index }, 'ada@example.com');

    await expect(freed).rejects.toThrow('An account holds the name');
    expect(world.store.names.get('ada@example.com')).toBe(record.subject);
  });
});
