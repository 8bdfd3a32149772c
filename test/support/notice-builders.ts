/** Settings of notices for tests, and records with changes to tell of. */
import type { AccountChanges, AccountRecord, Intent } from '../../lib/account/account-record.ts';
import type { NoticeSettings } from '../../lib/notices/notice-settings.ts';
import { aRecord, NOW } from './builders.ts';

export const NOTICE_SETTINGS: NoticeSettings = {
  from: 'Accounts <no-reply@accounts.example>',
  help: 'https://accounts.example/help',
  region: 'us-east-1',
  texts: {
    subject: 'Your account was changed',
    body: 'At {time}:\n\n{changes}\n\nNot you? {help}',
    username: 'your username',
    email: 'your e-mail address, now {email}',
    emailRemoved: 'your e-mail address, removed',
    password: 'your password',
  },
};

/** A record of ada, who has the address ada@example.com, with a change that is to be told. */
export function aTellingRecord(
  changes: AccountChanges,
  given: Partial<Pick<Intent, 'notify' | 'revokesSessions'>> = {},
): AccountRecord {
  const intent = {
    id: crypto.randomUUID(),
    openedAt: NOW,
    leaseUntil: NOW + 30,
    changes,
    revokesSessions: null,
    notify: ['ada@example.com'],
    ...given,
  };
  return aRecord({ username: 'ada', email: 'ada@example.com' }, { intent });
}
