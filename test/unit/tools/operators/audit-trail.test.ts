import { describe, expect, it } from 'vitest';
import type { AuditActor } from '../../../../lib/log.ts';
import { setFlags, signOut } from '../../../../lib/operations/account-administration.ts';
import { createPerson, deleteAccount } from '../../../../lib/operations/account-lifecycle.ts';
import { type AuditTrail, audited } from '../../../../tools/operators/audit-trail.ts';
import { aRecord } from '../../../support/builders.ts';
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
  it('tell which fields of an account an operator changed, and of which version', async () => {
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

  it('tell of what is no field of the account, too', async () => {
    const { trail, written } = aTrail();

    await signOut(audited(anOperatorWorld(aRecord({ username: 'ada' })), trail), 'ada');

    expect(written).toMatchObject([{ event: 'ACCOUNT_CHANGED', fields: ['sessions'] }]);
  });

  it('tell of accounts that are made and deleted', async () => {
    const { trail, written } = aTrail();
    const ports = audited(anOperatorWorld(), trail);

    const given = { username: 'ada', email: 'ada@example.com', isSuperuser: false };
    const { record, temporaryPassword } = await createPerson(ports, given);
    await deleteAccount(ports, 'ada');

    const { subject } = record;
    expect(written).toEqual([
      { event: 'ACCOUNT_CREATED', subject, ...ORIGIN },
      { event: 'ACCOUNT_DELETED', subject, ...ORIGIN },
    ]);
    for (const secret of ['ada@', temporaryPassword]) {
      expect(JSON.stringify(written)).not.toContain(secret);
    }
  });

  it('write nothing that they cannot tell of', async () => {
    const ada = aRecord({ username: 'ada' });
    const world = anOperatorWorld(ada);
    const { trail } = aTrail(() => Promise.reject(new Error('no right to log')));

    const work = setFlags(audited(world, trail), 'ada', { is_superuser: true });

    await expect(work).rejects.toThrow('no right to log');
    expect(world.store.records.get(ada.subject)).toEqual(ada);
  });
});
