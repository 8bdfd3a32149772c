import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../../../lib/account/account-record.ts';
import { UnavailableError } from '../../../../lib/account/errors.ts';
import { INCONSISTENCIES } from '../../../../lib/operations/invariants.ts';
import {
  describeInconsistency,
  type ReportedInconsistency,
  verify,
} from '../../../../tools/operators/verify-accounts.ts';
import { aRecord, NOW, SERVICE } from '../../../support/builders.ts';
import { anOperatorWorld, type OperatorWorld } from '../../../support/in-memory-admin.ts';

async function run(
  world: OperatorWorld,
  repair: boolean,
  given: Partial<Parameters<typeof verify>[1]> = {},
) {
  const found: ReportedInconsistency[] = [];
  const lines: string[] = [];
  const withoutEmail: string[] = [];
  const totals = await verify(world, {
    rate: Number.POSITIVE_INFINITY,
    repair,
    intentAge: 60,
    onInconsistency: (one) => found.push(one),
    onWithoutEmail: (subject) => withoutEmail.push(subject),
    onProgress: (line) => lines.push(line),
    ...given,
  });
  return { totals, found, lines, withoutEmail };
}

function personIn(world: OperatorWorld, record: AccountRecord) {
  const person = world.directory.people.get(record.directoryName ?? '');
  if (!person) throw new Error('The directory has this person');
  return person;
}

function plantedWorld() {
  const record = aRecord({ username: 'ada', email: null });
  const missing = aRecord({ username: 'bob', email: null });
  const world = anOperatorWorld(record, missing);
  world.store.names.set('ghost', 'nobody');
  world.directory.people.delete(missing.directoryName ?? '');
  return { world, missing };
}

describe('verify', () => {
  it('reports people without an e-mail, which is no inconsistency', async () => {
    const person = aRecord({ email: null });
    const world = anOperatorWorld(person, aRecord(), aRecord(SERVICE, { directoryName: null }));

    const { totals, withoutEmail } = await run(world, false);

    expect(withoutEmail).toEqual([person.subject]);
    expect(totals.accounts).toBe(3);
  });

  it('counts a name as repaired though another one of the account is left', async () => {
    const ada = aRecord({ username: 'ada', email: 'ada@example.com' });
    const world = anOperatorWorld(ada);
    world.store.names.delete('ada');
    world.store.names.delete('ada@example.com');
    const { reserveName } = world.index;
    world.index.reserveName = async (name, subject) => name === 'ada' && reserveName(name, subject);

    const { totals } = await run(world, true);

    expect(totals).toMatchObject({ inconsistencies: 2, mended: 1, left: 1 });
  });

  it('counts accounts and names, and explains each inconsistency', async () => {
    const { world, missing } = plantedWorld();

    const { totals, found } = await run(world, false);

    expect(totals).toEqual({
      accounts: 2,
      names: 3,
      superusers: 0,
      inconsistencies: 2,
      mended: 0,
      left: 2,
    });
    const unrepaired = { mended: false, isLeft: false };
    expect(found).toEqual([
      {
        kind: 'person_missing',
        subject: missing.subject,
        username: 'bob',
        meaning: INCONSISTENCIES.person_missing,
        advice: 'Not repaired: docs/runbook.md#person_missing says what to do.',
        ...unrepaired,
      },
      {
        kind: 'name_without_account',
        subject: 'nobody',
        name: 'ghost',
        username: null,
        meaning: INCONSISTENCIES.name_without_account,
        advice: '"verify --repair" can repair it, see docs/runbook.md#name_without_account.',
        ...unrepaired,
      },
    ]);
    expect(found.map(describeInconsistency)).toEqual([
      `person_missing: bob (${missing.subject}). The account has no user in the directory. Not repaired: docs/runbook.md#person_missing says what to do.`,
      'name_without_account: nobody, name ghost. A name is reserved for an account that does not exist. "verify --repair" can repair it, see docs/runbook.md#name_without_account.',
    ]);
    expect(world.store.names.has('ghost')).toBe(true);
  });

  it('repairs what is safe with the option, and counts what is left', async () => {
    const { world } = plantedWorld();

    const { totals, found } = await run(world, true);

    expect(totals).toMatchObject({ inconsistencies: 2, mended: 1, left: 1 });
    expect(found.map(({ kind, mended, isLeft }) => [kind, mended, isLeft])).toEqual([
      ['person_missing', false, false],
      ['name_without_account', true, false],
      ['person_missing', false, true],
    ]);
    expect((await run(world, true)).totals).toMatchObject({
      inconsistencies: 1,
      mended: 0,
      left: 1,
    });
  });

  it('reads app clients of one pool no faster than Cognito allows', async () => {
    const services = Array.from({ length: 30 }, () => aRecord(SERVICE));
    const world = anOperatorWorld(...services, aRecord());
    const { findClient } = world.admin;
    const readAt: number[] = [];
    let now = 0;
    world.runtime.sleep = async (milliseconds) => {
      now += milliseconds;
    };
    world.admin.findClient = (clientId) => {
      readAt.push(now);
      return findClient(clientId);
    };

    await run(world, false);

    const mostInASecond = readAt.map(
      (start) => readAt.filter((at) => at >= start && at < start + 1000).length,
    );
    expect(readAt).toHaveLength(services.length);
    expect(Math.max(...mostInASecond)).toBeLessThanOrEqual(5);
  });

  it('needs one run for a name that another account had reserved', async () => {
    const [ada, bob] = [aRecord({ username: 'ada', email: null }), aRecord()];
    const world = anOperatorWorld(ada, bob);
    world.store.names.set('ada', bob.subject);

    expect((await run(world, true)).totals).toMatchObject({
      inconsistencies: 2,
      mended: 2,
      left: 0,
    });
    expect((await run(world, false)).totals.inconsistencies).toBe(0);
    expect(world.store.names.get('ada')).toBe(ada.subject);
  });

  it('verifies again what it repaired, and reports what is there nonetheless', async () => {
    const ada = aRecord({ username: 'ada', email: null });
    const world = anOperatorWorld(ada);
    personIn(world, ada).enabled = false;
    // Whatever is written, the directory says otherwise.
    world.directory.setEnabled = async () => {};

    const { totals, found } = await run(world, true);

    expect(totals).toMatchObject({ inconsistencies: 1, mended: 0, left: 1 });
    expect(found.map(({ mended, isLeft }) => [mended, isLeft])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('makes the list of superusers right, and verifies it again, in one run', async () => {
    const root = aRecord({ username: 'root', is_superuser: true });
    const world = anOperatorWorld(root);
    world.store.superusers.subjects.clear();

    const { totals, found } = await run(world, true);

    expect(found).toMatchObject([{ kind: 'superusers_differ', mended: true }]);
    expect(totals).toMatchObject({ inconsistencies: 1, mended: 1, left: 0 });
    expect(world.store.superusers.subjects).toEqual(new Set([root.subject]));
  });

  it('waits for AWS to respond again, and loses nothing', async () => {
    const { world } = plantedWorld();
    const { find } = world.directory;
    const pauses: number[] = [];
    world.runtime.sleep = async (milliseconds) => void pauses.push(milliseconds);
    let failures = 3;
    world.directory.find = async (name) => {
      failures -= 1;
      if (failures >= 0) throw new UnavailableError('503');
      return find(name);
    };

    const { totals, lines } = await run(world, false);

    expect(totals).toMatchObject({ accounts: 2, names: 3, left: 2 });
    expect(pauses).toEqual([1000, 5000, 15_000]);
    expect(lines).toContain('AWS did not respond: trying again in 15 seconds.');
  });

  it('says where it was when AWS no longer responds, and goes on there', async () => {
    const records = Array.from({ length: 30 }, () => aRecord({ email: null }));
    const world = anOperatorWorld(...records);
    const last = records.toSorted((a, b) => (a.subject < b.subject ? -1 : 1)).at(-1);
    world.store.names.delete(last?.account.username ?? '');
    world.runtime.sleep = async () => {};
    const { find } = world.directory;
    let calls = 0;
    world.directory.find = async (name) => {
      calls += 1;
      if (calls > 16) throw new UnavailableError('503');
      return find(name);
    };
    const pages: (string | null)[] = [];
    const given = { onPage: (from: string | null) => void pages.push(from) };

    await expect(run(world, false, given)).rejects.toBeInstanceOf(UnavailableError);
    world.directory.find = find;
    const from = pages.at(-1) ?? null;
    const { totals, found } = await run(world, false, { from });

    expect(pages.slice(0, 2)).toEqual([null, expect.any(String)]);
    expect(totals.accounts).toBe(30 - 14);
    expect(found).toMatchObject([{ kind: 'name_not_reserved', subject: last?.subject }]);
  });

  it('finds a superuser that is not listed with their page, also before a later start', async () => {
    const root = aRecord({ username: 'root', is_superuser: true }, { subject: '0-first' });
    const others = Array.from({ length: 20 }, () => aRecord());
    const world = anOperatorWorld(root, ...others);
    world.store.superusers.subjects.clear();
    const kinds: string[] = [];
    const first: (string | null)[] = [];

    await run(world, false, {
      onPage: (from) => void first.push(from),
      onInconsistency: ({ kind }) => void kinds.push(`${kind} on page ${first.length}`),
    });

    expect(kinds).toEqual(['superusers_differ on page 1']);
  });

  it('says which command marks an address that it could not keep verified', async () => {
    const [ada, bob] = [
      aRecord({ username: 'ada', email: 'ada@example.com' }, { emailVerified: true }),
      aRecord({ username: 'bob', email: 'bob@example.com' }),
    ];
    const world = anOperatorWorld(ada, bob);
    for (const record of [ada, bob]) personIn(world, record).email = 'other@example.com';

    const { totals, found } = await run(world, true);

    const adviceOn = (subject: string) => found.find((one) => one.subject === subject)?.advice;
    expect(totals).toMatchObject({ mended: 2, left: 0 });
    expect(adviceOn(ada.subject)).toBe('Repaired.');
    expect(adviceOn(bob.subject)).toContain(`run "set-email ${bob.subject} bob@example.com"`);
    expect(personIn(world, ada)).toMatchObject({ email: 'ada@example.com', emailVerified: true });
    expect(personIn(world, bob)).toMatchObject({ emailVerified: false });
  });

  it('reports progress every two seconds', async () => {
    const world = anOperatorWorld(...Array.from({ length: 70 }, () => aRecord()));
    const { find } = world.directory;
    world.directory.find = async (name) => {
      world.runtime.now += 1;
      return find(name);
    };

    const { lines } = await run(world, false);

    expect(lines[0]).toBe('7 accounts, 0 inconsistencies so far');
    expect(lines).toHaveLength(10);
    expect(world.runtime.now).toBe(NOW + 70);
  });
});
