/**
 * Watches that owners are told: a change of what signs somebody in is not committed before each of
 * their proven addresses was mailed, or the mail was reported as failed, and nobody else is mailed.
 * Goes by records and directory alone, not by whom an intent says to tell.
 */
import type { AccountRecord } from '../../lib/account/account-record.ts';
import type { Violation } from './checks.ts';
import type { Call } from './faults.ts';
import type { Landing } from './rules-watch.ts';
import type { World } from './world.ts';

/** What a change must be told as. */
interface Duty {
  changed: string[];
  /** Who must be told; null where the owner has proven no address. */
  owner: string | null;
  /** New addresses: one that its owner has proven, one that an operator vouches for. */
  proven: (string | null)[];
  at: number;
}

/** Tells of calls, each right after it was carried out or failed. */
export function watchNotices(world: World, violations: Violation[]) {
  const { store, directory, notices } = world;
  const duties = new Map<string, Duty>();
  /** Intents of which a mail is reported as failed. */
  const failed = new Set<string>();
  let seen = 0;

  const dutyOf = (record: AccountRecord, isOperator: boolean): Duty | null => {
    const { account, intent, directoryName, pendingEmail } = record;
    if (intent === null) return null;
    const person = directory.people.get(directoryName ?? '');
    const verified = person?.emailVerified === true ? person.email : null;
    // The directory has a new address from the moment on at which its owner proves it.
    const adopted = pendingEmail && isSame(verified, pendingEmail.address) ? pendingEmail : null;
    const former = adopted?.former.verified ? adopted.former.address : null;
    const { username = account.username, email = account.email } = intent.changes;
    const changed = [
      ...(username === account.username ? [] : ['username']),
      ...(email === account.email ? [] : ['email']),
      ...(intent.revokesSessions === null ? [] : ['password']),
    ];
    return {
      changed,
      owner: isSame(verified, account.email) ? account.email : former,
      proven: [
        adopted?.address ?? null,
        isOperator ? email : null,
        // Deleted since the directory was asked about them.
        person === undefined ? account.email : null,
      ],
      at: intent.openedAt,
    };
  };

  return {
    watch({ process, call, given, isOperator }: Landing): void {
      for (const { to } of notices.sent.slice(seen)) {
        const [record] = given as [AccountRecord];
        const duty = duties.get(record.intent?.id ?? '');
        if (to === duty?.owner || duty?.proven.includes(to)) continue;
        violations.push({ kind: 'stranger_told', detail: `${process}: ${to}` });
      }
      seen = notices.sent.length;
      if (call !== 'store.replace') return;
      const [current, next] = given as [AccountRecord, AccountRecord];
      const stored = store.records.get(current.subject);
      const { intent } = next;
      const isStored =
        stored?.revision === current.revision + 1 && stored.intent?.id === intent?.id;
      if (!isStored) return;
      if (intent !== null && !duties.has(intent.id)) {
        const duty = dutyOf(next, isOperator);
        if (duty) duties.set(intent.id, duty);
      }
      if (current.intent === null || intent !== null) return;
      const { id } = current.intent;
      const duty = duties.get(id);
      const isMade = world.tellsOwners && next.version > current.version;
      if (!duty || duty.owner === null || !isMade || failed.has(id)) return;
      const told = notices.sent.filter(({ to, at }) => to === duty.owner && at === duty.at);
      const missing = duty.changed.filter(
        (field) => !told.some(({ changed }) => changed.some((one) => one === field)),
      );
      if (missing.length === 0) return;
      const detail = `${process} commits ${missing.join(', ')}, not told to ${duty.owner}`;
      violations.push({ kind: 'owner_not_told', detail });
    },
    fails({ name, given }: Call): void {
      if (name !== 'notices.tell') return;
      const [record] = given as [AccountRecord];
      if (record.intent) failed.add(record.intent.id);
    },
  };
}

function isSame(one: string | null, other: string | null): boolean {
  return one !== null && one.toLowerCase() === other?.toLowerCase();
}
