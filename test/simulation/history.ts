/** What a history keeps of what happened, for the checks. */

import type { AccountRecord } from '../../lib/account/account-record.ts';
import { ProblemError } from '../../lib/account/errors.ts';
import { NOW } from '../support/builders.ts';
import type { Act } from './act.ts';
import type { Read, Violation, Write } from './checks.ts';
import { type Ending, SKEW_SECONDS, type Surroundings } from './faults.ts';
import type { Chance } from './scheduler.ts';
import { personBehind, type Session, SUBJECTS, type World } from './world.ts';

/** Acts that ended sessions, acknowledged. */
interface SessionsEnd {
  by: string;
  subject: string;
  startMs: number;
  exemptOriginJti: string | null;
}

export interface History {
  chance: Chance;
  world: World;
  surroundings: Surroundings;
  /** Of the accounts that something was done to. */
  subjects: Set<string>;
  writes: Write[];
  reads: Read[];
  lastReads: { record: AccountRecord }[];
  endings: SessionsEnd[];
  /** Subject of each act that ended sessions, or may have. */
  endingAttempts: string[];
  /** Sessions that were refused as ended, and when first. */
  refusedSessions: Map<string, number>;
  /** Of accounts; endMs is infinite where nobody was told. */
  deletions: { subject: string; endMs: number }[];
  violations: Violation[];
}

export function createHistory(
  chance: Chance,
  world: World,
  surroundings: Surroundings,
  violations: Violation[],
): History {
  const history: History = {
    chance,
    world,
    surroundings,
    subjects: new Set(),
    writes: [],
    reads: [],
    lastReads: [],
    endings: [],
    endingAttempts: [],
    refusedSessions: new Map(),
    deletions: [],
    violations,
  };
  const first = { startMs: -2, endMs: -1, by: 'the beginning' };
  for (const { subject, account } of world.store.records.values()) {
    for (const [field, value] of Object.entries(account)) {
      history.writes.push({ subject, field, value, ...first });
    }
  }
  const subject = SUBJECTS.late;
  const account = {
    username: world.signInNames === 'username' ? 'late' : 'late@example.com',
    email: 'late@example.com',
    name: null,
    company: null,
    job_title: null,
    metadata: null,
    is_active: true,
    is_superuser: false,
    password_expired: false,
  };
  for (const [field, value] of Object.entries(account)) {
    history.writes.push({ subject, field, value, ...first });
  }
  for (const { directoryName, subject: owner } of world.directory.people.values()) {
    const given = { subject: owner, field: 'password' };
    const value = world.directory.passwords.get(directoryName);
    history.writes.push({ ...given, value, ...first });
  }
  return history;
}

/**
 * Signs somebody in at this moment: who has to choose a password does, and an identity provider may
 * give a new e-mail. Null where the directory lets nobody in.
 */
export function signIn(
  history: History,
  subject: string,
  originJti: string,
  isEmailNew: boolean,
): Session | null {
  const { world, surroundings, writes } = history;
  const person = personBehind(world.directory, subject);
  if (!person?.enabled) return null;
  const { directoryName } = person;
  const { nowMs } = surroundings.scheduler;
  const by = `sign-in ${originJti}`;
  const moment = { subject, by, startMs: nowMs, endMs: nowMs };
  const next = { ...person, passwordExpired: false };
  if (person.passwordExpired) {
    const value = `Chosen-${nowMs}`;
    world.directory.passwords.set(directoryName, value);
    writes.push({ ...moment, field: 'password', value });
  }
  // Any later request tells the record of it.
  const told = { startMs: nowMs - (SKEW_SECONDS + 1) * 1000, endMs: Infinity };
  writes.push({ ...moment, ...told, field: 'password_expired', value: false });
  if (person.identity !== null && isEmailNew) {
    next.email = `${originJti}@corp.example`;
    // The next request takes it over, as the username where that is the e-mail.
    for (const field of ['email', 'username']) {
      writes.push({ ...moment, endMs: Infinity, field, value: next.email });
    }
  }
  world.directory.people.set(directoryName, next);
  const authTime = Math.floor(NOW + nowMs / 1000);
  const session = { subject, directoryName, originJti, authTime };
  world.sessions.push(session);
  return session;
}

/** A session that was refused as ended is never taken again. */
export function noteSession(
  { refusedSessions, violations, surroundings }: History,
  { name, subject, startMs }: Act,
  originJti: string,
  ending: Ending,
): void {
  const session = `${originJti} of ${subject}`;
  const refusedAt = refusedSessions.get(session) ?? Infinity;
  const { nowMs } = surroundings.scheduler;
  if (ending.status === 'done' && startMs > refusedAt) {
    const detail = `${name} goes on, refused at ${refusedAt.toFixed()}`;
    violations.push({ kind: 'ended_session_comes_back', detail });
  }
  const isEnded =
    ending.status === 'failed' &&
    ending.error instanceof ProblemError &&
    ending.error.code === 'session_revoked';
  if (isEnded) refusedSessions.set(session, Math.min(nowMs, refusedAt));
}
