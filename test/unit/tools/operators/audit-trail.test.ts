import { describe, expect, it } from 'vitest';
import type { AuditActor } from '../../../../lib/log.ts';
import { setFlags, signOut } from '../../../../lib/operations/account-administration.ts';
import { createPerson } from '../../../../lib/operations/account-creation.ts';
import { deleteAccount } from '../../../../lib/operations/account-lifecycle.ts';
import { freeName } from '../../../../lib/operations/account-names.ts';
import type { AuditTrail } from '../../../../tools/operators/audit-trail.ts';
import { audited } from '../../../../tools/operators/audited-ports.ts';
import { aRecord, NOW } from '../../../support/builders.ts';
import { anOperatorWorld } from '../../../support/in-memory-admin.ts';

const ORIGIN: AuditActor = {
  actor: 'arn:aws:iam::111122223333:user/ops',
  session: null,
  sourceAddress: null,
};

function aTrail(open: AuditTrail['open'] = async () => ORIGIN) {
  const written: object[] = [];
  const trail: AuditTrail = { open, write: async (event) => void written.push(event) };
  return { trail, written };
}

describe('audited ports', () => {
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
