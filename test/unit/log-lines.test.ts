import { describe, expect, it } from 'vitest';
import { createLog, describeError, type LogEvent } from '../../lib/log.ts';
import { embeddedMetrics, type MetricName } from '../../lib/metrics.ts';
import { faultOfLogLine } from '../support/log-lines.ts';

const SUBJECT = 'f3a4b8c2-7011-70d5-9c5e-0d8a3f6b1c2e';
const ORIGIN = { actor: SUBJECT, session: 'session-1', sourceAddress: '2001:db8::7' };

/** Every metric: one that is missing does not compile. */
const MEASURED: Record<MetricName, number | number[]> = {
  Latency: [1, 2.25],
  ClientErrors: 1,
  ServerErrors: 1,
  StoreLatency: [1, 2.25],
  DirectoryLatency: [1, 2.25],
  DirectoryThrottles: 1,
  ColdStarts: 1,
  WriteConflicts: 1,
  AccountsProvisioned: 1,
  IntentAge: 1,
  PrivilegedAttempts: 1,
  NameProbes: 1,
  NoticesFailed: 1,
};

/** One of each event: one that is missing does not compile. */
const EVENTS: { [Name in LogEvent['event']]: LogEvent & { event: Name } } = {
  ACCOUNT_PROVISIONED: {
    event: 'ACCOUNT_PROVISIONED',
    subject: SUBJECT,
    cutFields: ['name'],
    leftOutFields: ['avatar_url'],
  },
  ACCOUNT_CHANGED: {
    event: 'ACCOUNT_CHANGED',
    subject: SUBJECT,
    fields: ['name', 'job_title'],
    fromVersion: 1,
    toVersion: 2,
    ...ORIGIN,
  },
  EMAIL_CHANGE: { event: 'EMAIL_CHANGE', subject: SUBJECT, step: 'requested', ...ORIGIN },
  ACCOUNT_CREATED: { event: 'ACCOUNT_CREATED', subject: SUBJECT, ...ORIGIN },
  ACCOUNT_DELETED: { event: 'ACCOUNT_DELETED', subject: SUBJECT, ...ORIGIN },
  ACCOUNT_SECOND_FACTORS_OFF: { event: 'ACCOUNT_SECOND_FACTORS_OFF', subject: SUBJECT, ...ORIGIN },
  ACCOUNT_ITEM_REMOVED: { event: 'ACCOUNT_ITEM_REMOVED', subject: SUBJECT, ...ORIGIN },
  OPERATOR_COMMAND: { event: 'OPERATOR_COMMAND', command: 'delete', ...ORIGIN },
  NAME_FREED: { event: 'NAME_FREED', subject: SUBJECT, ...ORIGIN },
  SSO_REFRESHED: { event: 'SSO_REFRESHED', subject: SUBJECT, outcome: 'kept' },
  INTENT_FINISHED: {
    event: 'INTENT_FINISHED',
    subject: SUBJECT,
    outcome: 'applied',
    ageSeconds: 3,
  },
  NOTICE_FAILED: { event: 'NOTICE_FAILED', subject: SUBJECT, error: 'MessageRejected' },
  WRITE_CONFLICT: { event: 'WRITE_CONFLICT', subject: SUBJECT, attempt: 1 },
  REQUEST_COMPLETED: {
    event: 'REQUEST_COMPLETED',
    operation: 'getMe',
    status: 200,
    code: null,
    ...embeddedMetrics('function-1', MEASURED, 1),
  },
  PRIVILEGED_CHANGE_REFUSED: {
    event: 'PRIVILEGED_CHANGE_REFUSED',
    subject: SUBJECT,
    fields: ['is_superuser'],
    ...ORIGIN,
  },
  NAME_PROBE_REFUSED: { event: 'NAME_PROBE_REFUSED', subject: SUBJECT, ...ORIGIN },
  SMOKE_TEST: { event: 'SMOKE_TEST', target: 'getMe', passed: true },
  REQUEST_FAILED: {
    event: 'REQUEST_FAILED',
    operation: 'patchMe',
    ...describeError(new TypeError('x', { cause: new Error('y') })),
  },
};

function lineOf(event: object): string {
  const lines: string[] = [];
  const context = {
    requestId: '1f0c7a52-3b6d-4c1a',
    extendedRequestId: 'Jx3kQF0VliAEr9Q=',
    traceId: '0af7651916cd43dd8448eb211c80319c',
  };
  createLog(context, (line) => void lines.push(line))(event as LogEvent);
  return lines.join();
}

describe('a line of log', () => {
  it.each(Object.values(EVENTS))('of $event has listed fields only', (event) => {
    expect(faultOfLogLine(lineOf(event))).toBeNull();
  });

  it.each([
    'START RequestId: 1f0c-7a52 Version: $LATEST',
    'REPORT RequestId: 1f0c-7a52\tDuration: 3 ms\tBilled Duration: 3 ms\tMemory Size: 512 MB',
  ])('may be the platform’s: %s', (line) => {
    expect(faultOfLogLine(line)).toBeNull();
  });

  it.each([
    { what: 'a field that is on no list', event: { ...EVENTS.WRITE_CONFLICT, email: 'x' } },
    {
      what: 'a listed field with another value',
      event: { ...EVENTS.WRITE_CONFLICT, attempt: 'x' },
    },
    {
      what: 'an address in a listed field',
      event: { ...EVENTS.ACCOUNT_PROVISIONED, subject: 'ada@example.com' },
    },
    {
      what: 'a token in a listed field',
      event: { ...EVENTS.REQUEST_FAILED, error: 'eyJh.eyJi.c-' },
    },
    {
      what: 'the message of an error',
      event: { ...EVENTS.REQUEST_FAILED, stack: ['Error: wrong value "x"'] },
    },
  ])('does not hold $what', ({ event }) => {
    expect(faultOfLogLine(lineOf(event))).not.toBeNull();
  });

  it.each(['a debugging word', '[1, 2]', 'null', '{"message":"x"}'])('is not %s', (line) => {
    expect(faultOfLogLine(line)).not.toBeNull();
  });
});
