import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import { ProblemError } from '../../../lib/account/errors.ts';
import {
  expirePassword,
  setActive,
  setFlags,
  signOut,
  turnOffSecondFactors,
} from '../../../lib/operations/account-administration.ts';
import { OperationError } from '../../../lib/operations/account-lookup.ts';
import { patchMe } from '../../../lib/self-service/current-user.ts';
import { getMe } from '../../../lib/self-service/own-account.ts';
import {
  aCaller,
  aPerson,
  aRecord,
  GOOD_PASSWORD,
  NOW,
  RULES,
  SERVICE,
  SSO,
} from '../../support/builders.ts';
import { anOperatorWorld, type OperatorWorld } from '../../support/in-memory-admin.ts';
import { inconsistencies } from '../../support/oracle.ts';

const ada = () => aRecord({ username: 'ada', email: 'ada@example.com' });
const sso = () => aRecord({ ...SSO, username: 'ada@corp.example', email: 'ada@corp.example' });
const reports = () => aRecord({ ...SERVICE, username: 'reports' });

const read = (
  world: OperatorWorld,
  record: AccountRecord,
  session: Parameters<typeof aCaller>[1] = {},
) => getMe(world, RULES, { caller: aCaller(record, session), report: world.report });

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error) => (error instanceof ProblemError ? error.code : error.message),
  );

const stranger = (world: OperatorWorld) => {
  const person = aPerson({ preferredUsername: 'bob', email: 'bob@example.com' });
  world.directory.people.set(person.directoryName, person);
  return person;
};

describe.each([
  ['setFlags', (world: OperatorWorld, name: string) => setFlags(world, name, { internal: true })],
  ['setActive', (world: OperatorWorld, name: string) => setActive(world, name, false)],
  ['signOut', signOut],
  ['expirePassword', expirePassword],
])('%s', (_name, operation) => {
  it('says that there is no such account', async () => {
    await expect(operation(anOperatorWorld(), 'nobody')).rejects.toEqual(
      new OperationError('There is no account "nobody".'),
    );
  });

  it('says so, and no more, where the user is gone from the directory', async () => {
    const world = anOperatorWorld(ada());
    world.directory.people.clear();

    const message = await operation(world, 'ada').then(
      () => 'done',
      (error) => error.message,
    );

    expect(message).toMatch(/^done$|not_found|no longer exists/);
  });

  it('works for a person who has never called, and leaves everything in agreement', async () => {
    const world = anOperatorWorld(ada());
    const person = stranger(world);

    await operation(world, 'bob');

    expect(world.store.records.get(person.subject)?.account.username).toBe('bob');
    expect(inconsistencies(world)).toEqual([]);
  });
});

describe('setFlags', () => {
  it('makes a superuser and takes it back, growing the version only where it changes', async () => {
    const world = anOperatorWorld(ada());

    const granted = await setFlags(world, 'ada', { is_superuser: true });
    const again = await setFlags(world, 'ada', { is_superuser: true });
    const revoked = await setFlags(world, 'ada', { is_superuser: false });

    expect(granted).toMatchObject({ version: 2, account: { is_superuser: true } });
    expect(again).toEqual(granted);
    expect(revoked).toMatchObject({ version: 3, account: { is_superuser: false } });
  });

  it('gives the right at once', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    const deactivate = () => {
      const sent = { body: { is_active: false }, mode: 'replace' } as const;
      const request = { caller: aCaller(record), report: world.report };
      return codeOf(patchMe(world, RULES, request, sent, () => {}));
    };

    expect(await deactivate()).toBe('privileged_field');
    await setFlags(world, 'ada', { is_superuser: true });
    expect(await deactivate()).toBe('accepted');
  });

  it('marks an account as internal, which its owner then cannot edit, without a new version', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    const rename = () => {
      const sent = { body: { name: 'Ada' }, mode: 'replace' } as const;
      const request = { caller: aCaller(record), report: world.report };
      return codeOf(patchMe(world, RULES, request, sent, () => {}));
    };

    const marked = await setFlags(world, 'ada', { internal: true });

    expect(marked).toMatchObject({ internal: true, version: 1 });
    expect(await rename()).toBe('internal_account_not_editable');
    await setFlags(world, 'ada', { internal: false });
    expect(await rename()).toBe('accepted');
  });

  it('changes both flags in one write, and keeps what it is not told', async () => {
    const world = anOperatorWorld(ada());

    const both = await setFlags(world, 'ada', { is_superuser: true, internal: true });

    expect(both).toMatchObject({ revision: 2, internal: true, account: { is_superuser: true } });
    expect(await setFlags(world, 'ada', {})).toEqual(both);
  });
});

describe('setActive', () => {
  it('deactivates and activates a person, in the directory as well', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    const isEnabled = () => world.directory.people.get(record.directoryName ?? '')?.enabled;

    await setActive(world, 'ada', false);
    expect(isEnabled()).toBe(false);
    expect(await codeOf(read(world, record))).toBe('account_inactive');
    expect(world.directory.signedOut).toEqual([record.directoryName]);
    const active = await setActive(world, 'ada', true);

    expect(isEnabled()).toBe(true);
    expect(active).toMatchObject({ version: 3, intent: null });
    expect(await codeOf(read(world, record))).toBe('accepted');
    expect(inconsistencies(world)).toEqual([]);
  });

  it('writes nothing where nothing changes', async () => {
    const record = ada();
    const world = anOperatorWorld(record);

    expect(await setActive(world, 'ada', true)).toEqual(record);
  });

  it('deactivates SSO and service accounts too', async () => {
    const [person, service] = [sso(), reports()];
    const world = anOperatorWorld(person, service);

    await setActive(world, 'ada@corp.example', false);
    await setActive(world, 'reports', false);

    expect(await codeOf(read(world, person))).toBe('account_inactive');
    expect(await codeOf(read(world, service))).toBe('account_inactive');
    expect(inconsistencies(world)).toEqual([]);
  });
});

describe('setActive of an SSO person who has never called', () => {
  it('gives them no reserved username', async () => {
    const world = anOperatorWorld();
    const eve = aPerson({
      preferredUsername: 'Admin',
      email: null,
      identity: { provider: 'Corporate', id: 'corp-7' },
    });
    world.directory.people.set(eve.directoryName, eve);

    const record = await setActive(world, eve.directoryName, true);

    expect(record.account.username).toBe(eve.directoryName);
  });
});

describe('signOut', () => {
  it('ends every session until now, and none that begins later', async () => {
    const record = ada();
    const world = anOperatorWorld(record);

    const cut = await signOut(world, 'ada');

    expect(cut).toMatchObject({ version: 1, sessions: { validFrom: NOW, exemptOriginJti: null } });
    expect(world.directory.signedOut).toEqual([record.directoryName]);
    expect(await codeOf(read(world, record))).toBe('session_revoked');
    expect(await codeOf(read(world, record, { authTime: NOW + 1 }))).toBe('accepted');
  });

  it('does not bring ended sessions back where its clock is behind', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    await signOut(world, 'ada');
    world.runtime.now -= 5;

    const again = await signOut(world, 'ada');

    expect(again.sessions?.validFrom).toBe(NOW);
  });

  it('ends the session as well that made an earlier change of password', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    const sent = { body: { password: GOOD_PASSWORD }, mode: 'replace' } as const;
    const request = { caller: aCaller(record), report: world.report };
    await patchMe(world, RULES, request, sent, () => {});
    expect(await codeOf(read(world, record))).toBe('accepted');

    await signOut(world, 'ada');

    expect(await codeOf(read(world, record))).toBe('session_revoked');
  });

  it('refuses a service account, which has no session', async () => {
    await expect(signOut(anOperatorWorld(reports()), 'reports')).rejects.toEqual(
      new OperationError('A service account does not sign in.'),
    );
  });
});

describe('turnOffSecondFactors', () => {
  it('turns them off for a person, and leaves account and sessions as they are', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    world.admin.secondFactors.add(record.directoryName ?? '');

    expect(await turnOffSecondFactors(world, 'ada')).toEqual(record);

    expect(world.admin.secondFactors.size).toBe(0);
    expect(world.directory.signedOut).toEqual([]);
  });

  it('refuses who signs in elsewhere or nowhere', async () => {
    const sso = aRecord({ ...SSO, username: 'sso' });
    const world = anOperatorWorld(sso, reports());

    await expect(turnOffSecondFactors(world, 'sso')).rejects.toThrow('Its identity provider keeps');
    await expect(turnOffSecondFactors(world, 'reports')).rejects.toThrow('does not sign in');
  });
});

describe('expirePassword', () => {
  it('locks nobody out where the sessions may not be ended', async () => {
    const record = ada();
    const world = anOperatorWorld(record);
    world.directory.signOutEverywhere = () => Promise.reject(new Error('denied'));

    await expect(expirePassword(world, 'ada')).rejects.toThrow('denied');

    expect(world.directory.passwords.size).toBe(0);
    expect(world.directory.people.get(record.directoryName ?? '')?.passwordExpired).toBe(false);
  });

  it('gives a temporary password, ends the sessions, and is over with the next sign-in', async () => {
    const record = ada();
    const world = anOperatorWorld(record);

    const expired = await expirePassword(world, 'ada');

    expect(expired.record).toMatchObject({
      version: 2,
      account: { password_expired: true },
      passwordChangedAt: NOW,
    });
    expect(world.directory.passwords.get(record.directoryName ?? '')).toBe(
      expired.temporaryPassword,
    );
    expect(world.directory.people.get(record.directoryName ?? '')?.passwordExpired).toBe(true);
    expect(new Set(world.directory.signedOut)).toEqual(new Set([record.directoryName]));
    expect(await codeOf(read(world, record))).toBe('session_revoked');
    const next = await read(world, record, { authTime: NOW + 60, originJti: 'session-2' });
    expect(next).toMatchObject({
      version: 3,
      account: { password_expired: false },
      // They chose their own at that sign-in.
      passwordChangedAt: NOW + 60,
    });
    const later = await read(world, record, { authTime: NOW + 60, originJti: 'session-2' });
    expect(later).toEqual(next);
    expect(inconsistencies(world)).toEqual([]);
  });

  it('keeps the password nowhere but in the directory', async () => {
    const world = anOperatorWorld(ada());

    const { temporaryPassword } = await expirePassword(world, 'ada');

    const kept = JSON.stringify([[...world.store.records.values()], world.events]);
    expect(kept).not.toContain(temporaryPassword);
  });

  it.each([
    ['an SSO account', sso(), 'Its identity provider keeps the password of this account.'],
    ['a service account', reports(), 'A service account does not sign in.'],
  ])('refuses %s, and does nothing', async (_name, record, message) => {
    const world = anOperatorWorld(record);

    await expect(expirePassword(world, record.account.username)).rejects.toEqual(
      new OperationError(message),
    );
    expect(world.store.records.get(record.subject)).toEqual(record);
    expect(world.directory.passwords.size).toBe(0);
    expect(world.directory.signedOut).toEqual([]);
  });
});
