import { beforeEach, describe, expect, it } from 'vitest';
import { setActive, signOut } from '../../../../lib/operations/account-administration.ts';
import { createPerson } from '../../../../lib/operations/account-creation.ts';
import {
  createServiceAccount,
  deleteAccount,
  rotateServiceAccount,
} from '../../../../lib/operations/account-lifecycle.ts';
import type { OperatorPorts } from '../../../../lib/operations/ports.ts';
import type { ApiCall } from '../../../../tools/acceptance/api-client.ts';
import {
  ForeignAccountError,
  guardedCalls,
  guardedPorts,
  MadeAccounts,
  removeMade,
} from '../../../../tools/acceptance/made-accounts.ts';
import { aRecord, GOOD_PASSWORD, personOf, SERVICE } from '../../../support/builders.ts';
import { anOperatorWorld, type OperatorWorld } from '../../../support/in-memory-admin.ts';

const ORGANIZATION = 'd0c5a0f4-6a57-4b8c-9a5e-0a6c6f5a7e21';
const foreign = aRecord({ username: 'ada', email: 'ada@example.com' });
const foreignService = aRecord(SERVICE, { directoryName: null });

let world: OperatorWorld;
let made: MadeAccounts;
let ports: OperatorPorts;
beforeEach(() => {
  world = anOperatorWorld(foreign);
  made = new MadeAccounts();
  ports = guardedPorts(world, made);
});

/** Everything there is. */
const content = () =>
  structuredClone({
    records: world.store.records,
    names: world.store.names,
    people: world.directory.people,
    clients: world.admin.clients,
  });

const makePerson = (username = 'acceptance-1') =>
  createPerson(ports, { username, email: null, isSuperuser: false });
const makeService = (username = 'acceptance-2') =>
  createServiceAccount(ports, { username, organizationId: ORGANIZATION });

describe('guarded ports', () => {
  const WRITES: [string, (ports: OperatorPorts) => Promise<unknown>][] = [
    ['store.create', ({ store }) => store.create(foreign)],
    ['store.replace', ({ store }) => store.replace(foreign, foreign)],
    ['store.remove', ({ store }) => store.remove(foreign.subject, foreign, 0)],
    ['index.move', ({ index }) => index.move(foreignService, 'other')],
    ['index.reserveName', ({ index }) => index.reserveName('name', foreign.subject)],
    ['index.freeName', ({ index }) => index.freeName('ada', foreign.subject)],
    [
      'directory.setNames',
      ({ directory }) => directory.setNames(nameOf(foreign), { username: 'x' }),
    ],
    ['directory.setEnabled', ({ directory }) => directory.setEnabled(nameOf(foreign), false)],
    ['directory.setPassword', ({ directory }) => directory.setPassword(nameOf(foreign), 'x')],
    [
      'directory.signOutEverywhere',
      ({ directory }) => directory.signOutEverywhere(nameOf(foreign)),
    ],
    ['admin.setTemporaryPassword', ({ admin }) => admin.setTemporaryPassword(nameOf(foreign), 'x')],
    [
      'admin.turnOffSecondFactors',
      ({ admin }) =>
        admin.turnOffSecondFactors({ subject: foreign.subject, directoryName: nameOf(foreign) }),
    ],
    ['index.removeUnreadable', ({ index }) => index.removeUnreadable('USER#x', {})],
    ['admin.removePerson', ({ admin }) => admin.removePerson(nameOf(foreign))],
    ['index.endRest', ({ index }) => index.endRest('resting', foreign.subject)],
    ['admin.restrictClient', ({ admin }) => admin.restrictClient(foreignService.subject)],
    ['admin.removeClient', ({ admin }) => admin.removeClient(foreignService.subject)],
  ];

  it.each(WRITES)('refuse %s of an account that was not made by the run', async (_name, write) => {
    await makePerson();
    const before = content();

    await expect(write(ports)).rejects.toThrow(ForeignAccountError);

    expect(content()).toEqual(before);
  });

  it('refuse to put a made account in place of another', async () => {
    const { record } = await makePerson();
    const { record: service } = await makeService();

    await expect(ports.store.replace(foreign, record)).rejects.toThrow(ForeignAccountError);
    await expect(ports.store.replace(record, foreign)).rejects.toThrow(ForeignAccountError);
    await expect(ports.index.move(service, foreign.subject)).rejects.toThrow(ForeignAccountError);
  });

  it('are tried here with every method that writes', () => {
    const reads = [
      'store.find',
      'store.takenNames',
      'index.holdersOf',
      'index.recordsOf',
      'index.restingOf',
      'index.superusers',
      'index.pages',
      'index.itemAt',
    ];
    const others = [
      'index.listSuperuser',
      'index.completeSuperusers',
      'directory.find',
      'admin.createPerson',
      'admin.createClient',
      'admin.findClient',
      'admin.temporaryPasswordDays',
    ];
    const { store, index, directory, admin } = ports;
    const all = Object.entries({ store, index, directory, admin }).flatMap(([name, port]) =>
      Object.keys(port).map((method) => `${name}.${method}`),
    );

    expect(all.toSorted()).toEqual(
      [...WRITES.map(([name]) => name), ...reads, ...others].toSorted(),
    );
  });

  it('let operators’ commands work on what the run made', async () => {
    const { record } = await makePerson();
    await makeService();

    await signOut(ports, record.subject);
    await setActive(ports, record.subject, false);
    await rotateServiceAccount(ports, 'acceptance-2');
    await deleteAccount(ports, record.subject);

    expect(await ports.store.find(record.subject)).toBeNull();
  });

  it('refuse an operators’ command on any other account', async () => {
    await expect(deleteAccount(ports, 'ada')).rejects.toThrow(ForeignAccountError);
    await expect(signOut(ports, 'ada')).rejects.toThrow(ForeignAccountError);
  });
});

describe('guarded requests', () => {
  const tokenOf = (sub: string) =>
    `head.${Buffer.from(JSON.stringify({ sub })).toString('base64url')}.signature`;
  const sent: ApiCall[] = [];
  const send = async (call: ApiCall) => {
    sent.push(call);
    return { status: 200, headers: new Headers(), body: {}, text: '', milliseconds: 1 };
  };

  it('change no account that was not made by the run', async () => {
    const { record } = await makePerson();
    const call = guardedCalls(send, made);

    for (const method of ['PATCH', 'POST']) {
      const token = tokenOf(foreign.subject);
      await expect(call({ method, token })).rejects.toThrow(ForeignAccountError);
    }
    expect(sent).toEqual([]);
    await call({ method: 'PATCH', token: tokenOf(record.subject) });
    await call({ method: 'PATCH' });
    await call({ token: 'no token at all' });
    expect(sent).toHaveLength(3);
  });
});

describe('the clean-up', () => {
  it('removes people, services and clients, and leaves what was there before', async () => {
    const { people, clients, names } = content();
    await makePerson();
    await makeService();
    await rotateServiceAccount(ports, 'acceptance-2');
    await ports.admin.createClient('a client without an account');
    await ports.admin.createPerson({
      username: 'only-in-pool',
      email: null,
      temporaryPassword: GOOD_PASSWORD,
    });

    expect(await removeMade(ports, made)).toEqual([]);

    expect(content()).toMatchObject({ people, clients, names });
    expect([...world.store.records.keys()]).toEqual([foreign.subject]);
  });

  it('frees the names that its accounts gave up, and no others', async () => {
    const { record } = await makePerson();
    const until = world.runtime.now + 3600;
    world.store.resting.set('acceptance-old', { restingFor: record.subject, until });
    world.store.resting.set('acceptance-other', { restingFor: foreign.subject, until });
    for (const name of ['acceptance-old', 'acceptance-other', 'acceptance-1']) made.names.add(name);

    expect(await removeMade(ports, made)).toEqual([]);

    expect([...world.store.resting.keys()]).toEqual(['acceptance-other']);
  });

  it('does not mind what a promise removed already', async () => {
    const { record } = await makePerson();
    await deleteAccount(ports, record.subject);

    expect(await removeMade(ports, made)).toEqual([]);
  });

  it('goes on after a failure, and says what is left', async () => {
    const { record: first } = await makePerson('acceptance-1');
    const { record: second } = await makePerson('acceptance-2');
    const failing: OperatorPorts = {
      ...ports,
      admin: {
        ...ports.admin,
        async removePerson(name) {
          if (name === second.directoryName) throw new Error('no route');
          await ports.admin.removePerson(name);
        },
      },
    };

    const left = await removeMade(failing, made);

    expect(left).toEqual([`person ${second.subject}: Error: no route`]);
    expect(await ports.store.find(first.subject)).toBeNull();
  });
});

function nameOf(record: typeof foreign): string {
  return personOf(record).directoryName;
}
