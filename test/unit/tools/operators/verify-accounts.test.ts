import { describe, expect, it } from 'vitest';
import { INCONSISTENCIES } from '../../../../lib/operations/invariants.ts';
import { type ReportedInconsistency, verify } from '../../../../tools/operators/verify-accounts.ts';
import { aRecord, NOW, SERVICE } from '../../../support/builders.ts';
import { anOperatorWorld, type OperatorWorld } from '../../../support/in-memory-admin.ts';

async function run(world: OperatorWorld, repair: boolean) {
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
  });
  return { totals, found, lines, withoutEmail };
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
    expect(found).toEqual([
      {
        kind: 'person_missing',
        subject: missing.subject,
        meaning: INCONSISTENCIES.person_missing,
        mended: false,
      },
      {
        kind: 'name_without_account',
        subject: 'nobody',
        name: 'ghost',
        meaning: INCONSISTENCIES.name_without_account,
        mended: false,
      },
    ]);
    expect(world.store.names.has('ghost')).toBe(true);
  });

  it('repairs what is safe with the option, and counts what is left', async () => {
    const { world } = plantedWorld();

    const { totals, found } = await run(world, true);

    expect(totals).toMatchObject({ inconsistencies: 2, mended: 1, left: 1 });
    expect(found.map(({ kind, mended }) => [kind, mended])).toEqual([
      ['person_missing', false],
      ['name_without_account', true],
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

  it('needs a second run for a name that another account had reserved', async () => {
    const [ada, bob] = [aRecord({ username: 'ada', email: null }), aRecord()];
    const world = anOperatorWorld(ada, bob);
    world.store.names.set('ada', bob.subject);

    expect((await run(world, true)).totals).toMatchObject({ inconsistencies: 2, mended: 1 });
    expect((await run(world, true)).totals).toMatchObject({ inconsistencies: 1, mended: 1 });
    expect((await run(world, false)).totals.inconsistencies).toBe(0);
    expect(world.store.names.get('ada')).toBe(ada.subject);
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
