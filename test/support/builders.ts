/** Records, people, callers and ports for tests: valid as they are, with what a test cares about. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredAccount } from '../../lib/account/account.ts';
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { unknownBefore } from '../../lib/account/field-versions.ts';
import { NEW_PERSON } from '../../lib/account/fields.ts';
import { newRecord } from '../../lib/account/record-change.ts';
import type { UpdatePolicy } from '../../lib/self-service/account-update.ts';
import type { Caller } from '../../lib/self-service/caller.ts';
import type { DomainEvent } from '../../lib/self-service/events.ts';
import type { DirectoryPerson, Runtime } from '../../lib/self-service/ports.ts';
import { createInMemoryDirectory, PASSWORD_POLICY } from './in-memory-directory.ts';
import { createInMemoryUserStore } from './in-memory-user-store.ts';

/** 2026-01-01T00:00:00Z, the moment tests happen at. */
export const NOW = 1_767_225_600;

export function anAccount(given: Partial<StoredAccount> = {}): StoredAccount {
  const id = given.id ?? randomUUID();
  return {
    ...NEW_PERSON,
    id,
    username: `user-${id.slice(0, 8)}`,
    email: `${id.slice(0, 8)}@example.com`,
    password_expired: false,
    oauth_provider: null,
    oauth_id: null,
    is_active: true,
    ...given,
  };
}

/** What sets an SSO account apart. */
export const SSO = { oauth_provider: 'Corporate', oauth_id: 'corp-7', password_expired: null };

/** What sets a service account apart. */
export const SERVICE = {
  is_service_account: true,
  email: null,
  password_expired: null,
  organization_id: '7b7f3f0e-2f4e-4c1e-9a53-0c9f5b0f8a11',
};

export function aRecord(
  account: Partial<StoredAccount> = {},
  given: Partial<AccountRecord> = {},
): AccountRecord {
  const full = anAccount(account);
  const directoryName = full.is_service_account ? null : `dir-${full.id}`;
  const { version = 1 } = given;
  const fieldVersions = unknownBefore(version);
  return { ...newRecord(full.id, full, NOW, { directoryName }), fieldVersions, ...given };
}

export function aPerson(given: Partial<DirectoryPerson> = {}): DirectoryPerson {
  const subject = given.subject ?? randomUUID();
  return {
    subject,
    directoryName: `dir-${subject}`,
    preferredUsername: `user-${subject.slice(0, 8)}`,
    email: `${subject.slice(0, 8)}@example.com`,
    emailVerified: true,
    enabled: true,
    passwordExpired: false,
    identity: null,
    ...given,
  };
}

/** The person behind a record, as the directory would know them. */
export function personOf(record: AccountRecord): DirectoryPerson {
  const { account, subject } = record;
  const { oauth_provider: provider, oauth_id: id } = account;
  return aPerson({
    subject,
    directoryName: record.directoryName ?? '',
    preferredUsername: account.username,
    email: account.email,
    identity: provider !== null && id !== null ? { provider, id } : null,
  });
}

/** A caller who signed in a minute ago. */
export function aCaller(
  record: Pick<AccountRecord, 'subject' | 'directoryName'>,
  given: Partial<Pick<Caller, 'authTime' | 'originJti' | 'writeDenial' | 'scopes'>> = {},
): Caller {
  const session = {
    subject: record.subject,
    authTime: NOW - 60,
    originJti: 'session-1',
    writeDenial: null,
    scopes: [],
    ...given,
  };
  const { directoryName } = record;
  return directoryName === null
    ? { ...session, kind: 'service', directoryName }
    : { ...session, kind: 'person', directoryName };
}

export const RULES: UpdatePolicy = {
  adminUsername: 'admin',
  reservedNames: ['root-of-all'],
  allowHttpAvatars: false,
  emailChange: 'immediate',
  recentSignInSeconds: 900,
  passwordPolicy: PASSWORD_POLICY,
  isCommonPassword: async (password) => password === COMMON_PASSWORD,
};

/** A password that keeps the pool's policy, and is common as far as `RULES` know. */
export const COMMON_PASSWORD = 'Letmein-2024';
/** A password that keeps the policy of `RULES`. */
export const GOOD_PASSWORD = 'Correct-horse-1';

/** A clock that stands still, and sleeps a hundred times faster than it should. */
export function aRuntime(now = NOW): Runtime & { now: number } {
  const runtime = {
    now,
    nowSeconds: () => runtime.now,
    sleep: (milliseconds: number) => sleep(milliseconds / 100),
    random: Math.random,
    uuid: () => randomUUID(),
  };
  return runtime;
}

/** In-memory ports that hold the given records and the people behind them, and what is reported. */
export function aTestContext(...records: AccountRecord[]) {
  const people = records.filter(({ directoryName }) => directoryName !== null).map(personOf);
  const events: DomainEvent[] = [];
  const runtime = aRuntime();
  const store = createInMemoryUserStore(...records);
  store.rest.nowSeconds = runtime.nowSeconds;
  return {
    store,
    directory: createInMemoryDirectory(...people),
    runtime,
    events,
    report: (event: DomainEvent) => void events.push(event),
  };
}
