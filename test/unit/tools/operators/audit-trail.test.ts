import { describe, expect, it } from 'vitest';
import type { AuditActor } from '../../../../lib/log.ts';
import { setFlags, signOut } from '../../../../lib/operations/account-administration.ts';
import { createPerson } from '../../../../lib/operations/account-creation.ts';
import { deleteAccount } from '../../../../lib/operations/account-lifecycle.ts';
import { OperationError } from '../../../../lib/operations/account-lookup.ts';
import { freeName } from '../../../../lib/operations/account-names.ts';
import type { UserDirectory } from '../../../../lib/self-service/ports.ts';
import { printedSink } from '../../../../tools/operators/audit-sinks.ts';
import { type AuditTrail, createAuditTrail } from '../../../../tools/operators/audit-trail.ts';
import { audited } from '../../../../tools/operators/audited-ports.ts';
import { clientSettings } from '../../../../tools/support/cloud-access.ts';
import { aRecord, NOW } from '../../../support/builders.ts';
import { anOperatorWorld, createInMemorySink } from '../../../support/in-memory-admin.ts';
import { faultOfLogLine } from '../../../support/log-lines.ts';

const ORIGIN: AuditActor = {
  actor: 'arn:aws:iam::111122223333:user/ops',
  session: null,
  sourceAddress: null,
};

/** Of the directory in memory only those that the port has. */
const DIRECTORY = ['find', 'setNames', 'setEnabled', 'setPassword', 'signOutEverywhere'] as const;
const methodsOf = (name: string, port: object) => {
  if (name === 'directory') return DIRECTORY satisfies readonly (keyof UserDirectory)[];
  // What the fakes have besides for tests.
  return Object.keys(port).filter((method) => !['forOperators', 'rest'].includes(method));
};

function aTrail(open: AuditTrail['open'] = async () => ORIGIN) {
  const written: object[] = [];
  const trail: AuditTrail = { open, write: async (event) => void written.push(event) };
  return { trail, written };
}

describe('the audit trail', () => {
  const DENIED = Object.assign(
    new Error('User: arn:x is not authorized to perform: logs:PutLogEvents on resource: y'),
    { name: 'AccessDeniedException' },
  );

  it('writes a line with the operator and the command before it is open', async () => {
    const sink = createInMemorySink();
    const trail = createAuditTrail(sink, 'delete', () => {});

    const [origin] = await Promise.all([trail.open(), trail.open()]);

    expect(origin).toEqual(ORIGIN);
    expect(sink.lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ event: 'OPERATOR_COMMAND', command: 'delete', ...ORIGIN }),
    ]);
    expect(sink.lines.map(faultOfLogLine)).toEqual([null]);
  });

  it.each(['identity', 'begin', 'put'] as const)(
    'says in one sentence that nothing was changed where %s fails',
    async (step) => {
      const sink = { ...createInMemorySink(), [step]: () => Promise.reject(DENIED) };
      const trail = createAuditTrail(sink, 'delete', () => {});

      await expect(trail.open()).rejects.toEqual(
        new OperationError(
          'Nothing was changed, because the audit trail in the log group audit cannot be written: your credentials may not call logs:PutLogEvents.',
        ),
      );
    },
  );

  it('hands a line that it cannot write to the operator, and does not fail', async () => {
    const sink = createInMemorySink();
    const kept: string[] = [];
    const trail = createAuditTrail(sink, 'delete', (line) => kept.push(line));
    await trail.open();
    sink.put = () => Promise.reject(DENIED);

    await trail.write({ event: 'ACCOUNT_DELETED', subject: 'subject-1', ...ORIGIN });

    expect(kept).toEqual([
      expect.stringMatching(
        /^Keep this audit line, which the log group audit did not take \(your credentials may not call logs:PutLogEvents\): \{.*"subject":"subject-1".*\}$/,
      ),
    ]);
  });

  it('in an emergency is printed, by whomever it is', async () => {
    const lines: string[] = [];
    const unreachable = { ...clientSettings('http://127.0.0.1:1'), maxAttempts: 1 };
    const trail = createAuditTrail(
      printedSink((line) => lines.push(line), unreachable),
      'x',
      () => {},
    );

    await trail.open();

    expect(lines).toEqual([
      expect.stringMatching(/^Keep this audit line: \{.*"actor":"unknown".*\}$/),
    ]);
  });
});

describe('audited ports', () => {
  it('open the trail before every write of table and directory, and count what they wrote', async () => {
    const world = anOperatorWorld(aRecord({ username: 'ada' }));
    const ports = audited(world, aTrail(() => Promise.reject(new Error('no trail'))).trail);
    const reads =
      /^(find|takenNames|holdersOf|restingOf|recordsOf|pages|itemAt|superusers|findClient|temporaryPasswordDays)$/;
    const { store, index, directory, admin } = ports;
    const unaudited: string[] = [];
    for (const [name, port] of Object.entries({ store, index, directory, admin })) {
      for (const method of methodsOf(name, port)) {
        const call: unknown = Reflect.get(port, method);
        if (typeof call !== 'function' || reads.test(method)) continue;
        const failure = await Promise.resolve(call({}, {}, {})).catch((error: Error) => error);
        if (!String(failure).includes('no trail')) unaudited.push(`${name}.${method}`);
      }
    }

    expect(unaudited).toEqual([]);
  });

  it('record which fields of an account an operator changed, and in which version', async () => {
    const ada = aRecord({ username: 'ada' });
    const { trail, written } = aTrail();

    await setFlags(audited(anOperatorWorld(ada), trail), 'ada', { is_superuser: true });

    expect(written).toEqual([
      {
        event: 'ACCOUNT_CHANGED',
        subject: ada.subject,
        fields: ['is_superuser'],
        fromVersion: 1,
        toVersion: 2,
        ...ORIGIN,
      },
    ]);
  });

  it('also record changes outside the fields of an account', async () => {
    const { trail, written } = aTrail();

    await signOut(audited(anOperatorWorld(aRecord({ username: 'ada' })), trail), 'ada');

    expect(written).toMatchObject([{ event: 'ACCOUNT_CHANGED', fields: ['sessions'] }]);
  });

  it('record creation and deletion of accounts', async () => {
    const { trail, written } = aTrail();
    const ports = audited(anOperatorWorld(), trail);

    const given = { username: 'ada', email: null, isSuperuser: false };
    const { record, temporaryPassword } = await createPerson(ports, given);
    await deleteAccount(ports, 'ada');

    const { subject } = record;
    expect(written).toEqual([
      { event: 'ACCOUNT_CREATED', subject, ...ORIGIN },
      { event: 'ACCOUNT_DELETED', subject, ...ORIGIN },
    ]);
    expect(JSON.stringify(written)).not.toContain(temporaryPassword);
  });

  it('record that a name was freed, for whom it rested, and not the name', async () => {
    const { trail, written } = aTrail();
    const world = anOperatorWorld();
    const ports = audited(world, trail);
    world.store.resting.set('former', { restingFor: 'subject-1', until: NOW + 60 });

    await freeName(ports, 'former');
    await freeName(ports, 'former').catch(() => {});

    expect(written).toEqual([{ event: 'NAME_FREED', subject: 'subject-1', ...ORIGIN }]);
  });

  it('write nothing if the audit trail is not available', async () => {
    const ada = aRecord({ username: 'ada' });
    const world = anOperatorWorld(ada);
    const { trail } = aTrail(() => Promise.reject(new Error('no right to log')));

    const work = setFlags(audited(world, trail), 'ada', { is_superuser: true });

    await expect(work).rejects.toThrow('no right to log');
    expect(world.store.records.get(ada.subject)).toEqual(ada);
  });
});
