/**
 * Watches every write of a history for what no write may do to others: take a name that rests for
 * its last holder, leave no active superuser, or give somebody an address that they have not proven.
 * Goes by the records alone, not by what the store
 * keeps to follow these rules.
 */
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { foldName } from '../../lib/account/names.ts';
import type { InMemoryUserStore } from '../support/in-memory-user-store.ts';
import type { Violation } from './checks.ts';
import { personBehind, UNREAD_EMAIL, type World } from './world.ts';

/** What a call was, and for whom it was made. */
export interface Landing {
  process: string;
  isOperator: boolean;
  call: string;
  given: unknown[];
}

/** Names of accounts by the account's id, which stays where a service gets another subject. */
function namesOf(records: InMemoryUserStore['records']): Map<string, string> {
  const entries = [...records.values()].flatMap(({ account }) =>
    [account.username, account.email]
      .filter((name) => name !== null)
      .map((name) => [foldName(name), account.id] as const),
  );
  return new Map(entries);
}

function countsAsSuperuser({ account, intent, directoryName }: AccountRecord): boolean {
  const { is_active = true, is_superuser = true } = intent?.changes ?? {};
  const stays = is_active && is_superuser;
  return directoryName !== null && account.is_active && account.is_superuser && stays;
}

/** A watch to be told of every call right after it was carried out. */
export function watchRules(
  { store: { records, names, rest }, directory, userNames }: World,
  violations: Violation[],
  provesEmails: boolean,
): (landing: Landing) => void {
  const givenUp = new Map<string, { id: string; until: number }>();
  let owners = namesOf(records);
  let superusers = [...records.values()].filter(countsAsSuperuser).length;

  return ({ process, isOperator, call, given }) => {
    const now = rest.nowSeconds();
    // Reserved or the account's: nobody can have proven it.
    if (provesEmails && names.has(UNREAD_EMAIL)) {
      violations.push({ kind: 'unproven_email', detail: process });
    }
    for (const [subject, userName] of userNames) {
      // Deleted: whoever comes next may have it.
      if (personBehind(directory, subject) === null) userNames.delete(subject);
      else if ((names.get(userName) ?? subject) !== subject) {
        violations.push({ kind: 'user_name_of_another', detail: `${process}: ${userName}` });
      }
    }
    if (call === 'index.endRest') givenUp.delete(String(given[0]));
    for (const [name, subject] of names) {
      const before = givenUp.get(name);
      const id = records.get(subject)?.account.id ?? subject;
      if (!before || before.id === id || before.until <= now) continue;
      const detail = `${process}: ${name} rests for ${before.id} and is held by ${id}`;
      violations.push({ kind: 'resting_name_taken', detail });
    }
    const next = namesOf(records);
    for (const [name, id] of owners) {
      if (next.get(name) === id) continue;
      givenUp.set(name, { id, until: now + rest.releasedNameRestSeconds });
    }
    owners = next;
    const left = [...records.values()].filter(countsAsSuperuser).length;
    if (left === 0 && superusers > 0 && !isOperator) {
      violations.push({ kind: 'no_superuser_left', detail: process });
    }
    superusers = left;
  };
}
