/** What is done and checked when a history is over: everybody comes back, and all must agree. */

import type { AccountRecord } from '../../lib/account/account-record.ts';
import { ProblemError, UnavailableError } from '../../lib/account/errors.ts';
import { LEASE_SECONDS } from '../../lib/contract.ts';
import type { Inconsistency } from '../../lib/operations/invariants.ts';
import { isVerifiedEmail } from '../../lib/self-service/directory-saga.ts';
import { getMe } from '../../lib/self-service/own-account.ts';
import { NOW, RULES } from '../support/builders.ts';
import { inconsistencies } from '../support/oracle.ts';
import { verified } from '../support/verified.ts';
import { callerOf } from './acts.ts';
import { checkPassword, checkRead, type Violation } from './checks.ts';
import { CALM, type Ending, portsOf, SKEW_SECONDS, startProcess } from './faults.ts';
import { type History, signIn } from './history.ts';
import { personBehind, type Session, SUBJECTS } from './world.ts';

/** Seconds by which a sign-in has to be older than the end of sessions to be ended for sure. */
const SLACK_SECONDS = SKEW_SECONDS + 1;

/** The sign-in after everything. */
const LAST = 'session-last';

/** Lets every lease run out, has everybody call once more, and checks everything. */
export async function finish(history: History): Promise<void> {
  const { world, surroundings, violations } = history;
  surroundings.weather = CALM;
  const lastLease = (LEASE_SECONDS + 2 * SKEW_SECONDS + 1) * 1000;
  surroundings.scheduler.after(lastLease, () => {});
  await surroundings.scheduler.run();

  for (const subject of new Set([...history.subjects, ...newSubjects(history)])) {
    await comeBack(history, subject);
  }
  for (const found of await leftOver(history)) violations.push(found);
  const startMs = surroundings.scheduler.nowMs;
  for (const { record } of history.lastReads) {
    const read = { by: 'the last GET', startMs, endMs: Infinity, record };
    violations.push(...checkRead(history.writes, read, 'lost'));
  }
  for (const subject of Object.values(SUBJECTS)) {
    const { directoryName = '' } = personBehind(world.directory, subject) ?? {};
    const password = world.directory.passwords.get(directoryName);
    if (password) violations.push(...checkPassword(history.writes, subject, password));
  }
  violations.push(...checkDeletions(history), ...checkStranger(history));
  violations.push(...checkVerified(history));
  for (const session of world.sessions) {
    await checkEnded(history, session);
    await checkExempt(history, session);
  }
}

function newSubjects({ world }: History): string[] {
  const first: string[] = Object.values(SUBJECTS);
  return [...world.store.records.keys()].filter((subject) => !first.includes(subject));
}

async function comeBack(history: History, subject: string): Promise<void> {
  const { world, violations } = history;
  const session =
    signIn(history, subject, LAST, false) ?? world.sessions.find((one) => one.subject === subject);
  const directoryName = world.store.records.get(subject)?.directoryName ?? null;
  const given = session ?? { subject, directoryName, originJti: 'last', authTime: NOW };
  const ending = await get(history, given);
  if (ending.status === 'done') {
    const record = ending.value as AccountRecord;
    history.lastReads.push({ record });
    const person = personBehind(world.directory, subject);
    const isSso = given.originJti === LAST && person?.identity;
    if (isSso && person.email !== record.account.email) {
      violations.push({
        kind: 'sso_email',
        detail: `${person.email} is not ${record.account.email}`,
      });
    }
    const name = person?.profile.name ?? null;
    const isFollowed = name === null || record.editedFields.includes('name');
    if (isSso && !isFollowed && record.account.name !== name) {
      violations.push({ kind: 'sso_name', detail: `${name} is not ${record.account.name}` });
    }
    return;
  }
  const code =
    ending.status === 'failed' && ending.error instanceof ProblemError && ending.error.code;
  const isNew = given.originJti === LAST;
  const mayBe = ['account_inactive', 'account_not_found', 'service_account_not_registered'];
  if (
    typeof code === 'string' &&
    (mayBe.includes(code) || (!isNew && code === 'session_revoked'))
  ) {
    const record = world.store.records.get(subject);
    if (record) history.lastReads.push({ record });
    return;
  }
  const text = ending.status === 'failed' ? String(ending.error) : ending.status;
  violations.push({ kind: 'last_get', detail: `${subject}: ${text}` });
}

/** A GET with no fault, alone. */
async function get(history: History, session: Session): Promise<Ending> {
  const { surroundings } = history;
  let ended: Ending = { status: 'died' };
  const given = { name: 'last GET', chance: history.chance, skewSeconds: 0, isOperator: false };
  const request = { caller: callerOf(session), report: () => {} };
  startProcess(
    surroundings,
    given,
    (process) => getMe(portsOf(surroundings, process), RULES, request),
    (ending) => {
      ended = ending;
    },
  );
  await surroundings.scheduler.run();
  return ended;
}

async function leftOver({ world, surroundings, chance, deletions }: History): Promise<Violation[]> {
  const process = { name: 'verify', chance, skewSeconds: 0, isOperator: true, ending: null };
  const { runtime } = portsOf(surroundings, { ...process, end: () => {} });
  const ports = { ...world, runtime, newPassword: () => '' };
  const found = [...inconsistencies(world), ...(await verified(ports))];
  // A deletion that came to no end is to be run again: until then the record is left.
  const open = new Set(
    deletions.filter(({ endMs }) => endMs === Infinity).map((one) => one.subject),
  );
  const isLeft = ({ kind, subject }: Inconsistency) => {
    // Who is not active makes no request that would close it.
    if (kind === 'email_change_open') return world.store.records.get(subject)?.account.is_active;
    return kind !== 'person_missing' || !open.has(subject);
  };
  const kinds = new Map(found.filter(isLeft).map((one) => [JSON.stringify(one), one]));
  return [...kinds].map(([detail, { kind }]) => ({ kind: `verify_${kind}`, detail }));
}

function checkDeletions({ world, deletions, subjects }: History): Violation[] {
  const people = Object.values(SUBJECTS).filter((subject) => subject !== SUBJECTS.reports);
  return people.flatMap((subject): Violation[] => {
    const own = deletions.filter((one) => one.subject === subject);
    const isThere =
      world.store.records.has(subject) || personBehind(world.directory, subject) !== null;
    if (own.some((one) => Number.isFinite(one.endMs)) && isThere) {
      return [{ kind: 'deleted_is_back', detail: subject }];
    }
    const isGone = !world.store.records.has(subject);
    return own.length === 0 && isGone && subjects.has(subject)
      ? [{ kind: 'account_lost', detail: subject }]
      : [];
  });
}

/** Nobody is given the names of somebody whom only the directory knows. */
function checkStranger({ world }: History): Violation[] {
  const taken = world.namesOfStranger.filter((name) => world.store.names.has(name));
  return taken.map((name) => ({ kind: 'name_of_stranger', detail: name }));
}

/** What a record has as proven, the directory signs its person in by. */
function checkVerified({ world }: History): Violation[] {
  const claimed = [...world.store.records.values()].filter(
    // Whoever is not active makes no request that would see what became of another address.
    ({ emailVerified, pendingEmail }) => emailVerified && pendingEmail === null,
  );
  return claimed.flatMap(({ account, subject, directoryName }): Violation[] => {
    const person = world.directory.people.get(directoryName ?? '');
    // Its deletion came to no end; or a provider gave another address, which no request has seen.
    if (person === undefined || person.identity !== null) return [];
    if (isVerifiedEmail(person, account.email ?? '')) return [];
    return [{ kind: 'email_not_proven', detail: `${account.email} of ${subject}` }];
  });
}

/** The session that alone ended the others goes on. */
async function checkExempt(history: History, session: Session): Promise<void> {
  const { subject, originJti } = session;
  const [ending, ...others] = history.endings.filter((end) => end.subject === subject);
  const attempts = history.endingAttempts.filter((one) => one === subject);
  if (ending?.exemptOriginJti !== originJti || others.length > 0 || attempts.length > 1) return;
  const answer = await get(history, session);
  const { error } = answer.status === 'failed' ? answer : { error: null };
  if (!(error instanceof ProblemError) || error.code !== 'session_revoked') return;
  const detail = `${originJti} of ${subject} is refused after its own ${ending.by}`;
  history.violations.push({ kind: 'exempt_session_ended', detail });
}

async function checkEnded(history: History, session: Session): Promise<void> {
  const ending = history.endings.find(
    (end) =>
      end.subject === session.subject &&
      end.exemptOriginJti !== session.originJti &&
      session.authTime <= NOW + Math.floor(end.startMs / 1000) - SLACK_SECONDS,
  );
  if (ending === undefined) return;
  const answer = await get(history, session);
  const isRefused =
    answer.status === 'failed' &&
    answer.error instanceof ProblemError &&
    !(answer.error instanceof UnavailableError);
  if (isRefused) return;
  const detail = `${session.originJti} of ${session.subject} goes on after ${ending.by}`;
  history.violations.push({ kind: 'ended_session_goes_on', detail });
}
