import { describe, expect, it } from 'vitest';
import { setFlags } from '../../../lib/operations/account-administration.ts';
import { createPerson } from '../../../lib/operations/account-creation.ts';
import { ensureSuperusersListed, listSuperusers } from '../../../lib/operations/superusers.ts';
import { aRecord, SERVICE } from '../../support/builders.ts';
import { anOperatorWorld, type OperatorWorld } from '../../support/in-memory-admin.ts';
import { verified } from '../../support/verified.ts';

const root = (username: string) => aRecord({ username, is_superuser: true });

/** A world as it is before there was a list. */
function worldWithoutList(...records: Parameters<typeof anOperatorWorld>) {
  const world = anOperatorWorld(...records);
  Object.assign(world.store.superusers, { subjects: new Set(), isComplete: false });
  return world;
}

describe('listSuperusers', () => {
  it('lists active superusers of every page, and nobody else', async () => {
    const records = Array.from({ length: 20 }, (_, number) => root(`root-${number}`));
    const service = aRecord({ ...SERVICE, is_superuser: true });
    const inactive = aRecord({ is_superuser: true, is_active: false });
    const world = worldWithoutList(...records, service, inactive, aRecord());
    world.store.superusers.subjects.add(inactive.subject).add('somebody-deleted');

    await listSuperusers(world);

    const subjects = new Set(records.map(({ subject }) => subject));
    expect(world.store.superusers).toEqual({ subjects, isComplete: true });
  });

  it('goes by the records as they are when it writes, not as it read them', async () => {
    const [one, other] = [root('one'), root('other')];
    const world = worldWithoutList(one, other);
    const { pages } = world.index;
    const index: OperatorWorld['index'] = {
      ...world.index,
      async *pages() {
        yield* pages();
        await setFlags(world, 'one', { is_superuser: false });
      },
    };

    await listSuperusers({ ...world, index });

    const subjects = new Set([other.subject]);
    expect(world.store.superusers).toEqual({ subjects, isComplete: true });
  });
});

describe('the first command that makes a superuser', () => {
  it.each<[string, (world: OperatorWorld) => Promise<unknown>]>([
    ['grant-superuser', (world) => setFlags(world, 'ada', { is_superuser: true })],
    [
      'create --superuser',
      (world) => createPerson(world, { username: 'new', email: null, isSuperuser: true }),
    ],
  ])('%s lists those from before as well', async (_name, run) => {
    const record = root('from-before');
    const world = worldWithoutList(record, aRecord({ username: 'ada' }));

    await run(world);

    expect(world.store.superusers.isComplete).toBe(true);
    expect(world.store.superusers.subjects).toContain(record.subject);
    expect(world.store.superusers.subjects.size).toBe(2);
  });

  it('reads no account where the list is complete', async () => {
    const world = anOperatorWorld(root('root'));
    world.index.pages = () => {
      throw new Error('Not to be read');
    };

    await ensureSuperusersListed(world);
  });
});

describe('verify', () => {
  it.each<[string, (world: OperatorWorld) => void]>([
    ['misses somebody', ({ store }) => store.superusers.subjects.clear()],
    ['names somebody else', ({ store }) => void store.superusers.subjects.add('somebody')],
    ['may be incomplete', ({ store }) => Object.assign(store.superusers, { isComplete: false })],
  ])('reports a list that %s', async (_name, damage) => {
    const world = anOperatorWorld(root('root'));
    damage(world);

    expect(await verified(world)).toEqual([{ kind: 'superusers_differ', subject: 'SUPERUSERS' }]);
  });

  it('asks for no list where there are no superusers', async () => {
    expect(await verified(worldWithoutList(aRecord()))).toEqual([]);
  });

  it('takes no superuser for a difference who is made while it looks', async () => {
    const world = anOperatorWorld(root('root'), aRecord({ username: 'ada' }));
    const { superusers } = world.index;
    let isFirst = true;
    world.index.superusers = async () => {
      if (isFirst) {
        isFirst = false;
        await setFlags(world, 'ada', { is_superuser: true });
        await setFlags(world, 'root', { is_superuser: false });
      }
      return superusers();
    };

    expect(await verified(world)).toEqual([]);
  });
});
