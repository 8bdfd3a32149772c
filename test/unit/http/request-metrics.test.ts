import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import { UnavailableError } from '../../../lib/account/errors.ts';
import { startRequestMetrics } from '../../../lib/http/request-metrics.ts';
import { LOGGED_IDS } from '../../support/api-event.ts';
import { aPerson, aRecord, aTestContext, NOW } from '../../support/builders.ts';
import { claimsOf } from '../../support/claims.ts';
import { anApi, FUNCTION_NAME } from './api-harness.ts';

// Claims are checked against the time; what a call takes is not.
beforeEach(() => void vi.useFakeTimers({ now: NOW * 1000, toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** The lines of answered requests; of each only what a test looks at. */
const answered = (api: ReturnType<typeof anApi>) => api.logged('REQUEST_COMPLETED');

const INTENT = {
  id: '0f4a8f0e-5a8b-4a53-9b0e-77a1f2d3c4b5',
  openedAt: NOW - 90,
  leaseUntil: 0,
  changes: { username: 'ada.lovelace' },
  revokesSessions: null,
};

describe('the line of a request', () => {
  it('is one, says what came of it, and is a metric of its function', async () => {
    const api = anApi(aRecord());

    await api.get();

    expect(api.log()).toEqual([
      {
        level: 'INFO',
        ...LOGGED_IDS,
        event: 'REQUEST_COMPLETED',
        operation: 'getMe',
        status: 200,
        code: null,
        _aws: { Timestamp: expect.any(Number), CloudWatchMetrics: [expect.any(Object)] },
        FunctionName: FUNCTION_NAME,
        Latency: expect.any(Number),
        ClientErrors: 0,
        ServerErrors: 0,
        StoreLatency: [expect.any(Number)],
        ColdStarts: 1,
      },
    ]);
  });

  it.each([
    { what: 'an answer', headers: {}, line: { status: 200, ClientErrors: 0, code: null } },
    {
      what: 'a refusal',
      headers: { 'If-Match': '"x"' },
      line: { status: 412, ClientErrors: 1, code: 'precondition_failed' },
    },
  ])('counts $what by the class of its status', async ({ headers, line }) => {
    const api = anApi(aRecord());

    await api.get({ headers });

    expect(answered(api)).toMatchObject([{ ...line, ServerErrors: 0 }]);
  });

  it('counts a store that does not answer as an error of the service', async () => {
    const api = anApi(aRecord());
    const find = () => Promise.reject(new UnavailableError('throttled'));
    api.options.ports = { ...api.options.ports, store: { ...api.options.ports.store, find } };

    await api.get();

    expect(answered(api)).toMatchObject([
      {
        status: 503,
        code: 'unavailable',
        ServerErrors: 1,
        ClientErrors: 0,
        StoreLatency: [expect.any(Number)],
      },
    ]);
  });

  it('counts a change of which its owner could not be told, and says so without the address', async () => {
    const record = aRecord({ username: 'ada', email: 'ada@example.com' });
    const api = anApi(record);
    const tell = () => Promise.reject(new TypeError('no mail to ada@example.com'));
    api.options.ports = { ...api.options.ports, notices: { tell } };

    const answer = await api.patch({ username: 'countess' });

    expect(answer.status).toBe(200);
    expect(answered(api)).toMatchObject([{ NoticesFailed: 1 }]);
    expect(api.lines.filter((line) => line.includes('NOTICE_FAILED'))).toEqual([
      expect.stringContaining(`"subject":"${record.subject}","error":"TypeError"`),
    ]);
    expect(api.lines.join()).not.toContain('ada@example.com');
  });

  it('is written for an event of no gateway, too', async () => {
    const api = anApi(aRecord());

    await api.call('GET', {}, {});

    expect(answered(api)).toMatchObject([{ status: 500, code: 'internal_error' }]);
  });

  it('counts the calls of store and directory, each with its time', async () => {
    const person = aPerson();
    const stranger = aRecord({ id: person.subject });
    const api = anApi();
    api.directory.people.set(person.directoryName, person);

    await api.get({ claims: claimsOf(stranger) });

    const [line] = answered(api);
    expect(line).toMatchObject({ status: 200, AccountsProvisioned: 1 });
    // One look, one record made; one look-up of the person.
    expect(line.StoreLatency).toHaveLength(2);
    expect(line.DirectoryLatency).toHaveLength(1);
    expect(api.traced).toEqual([
      ['store', 'directory', 'store'].map((to) => ({
        to,
        startedAt: expect.any(Number),
        milliseconds: expect.any(Number),
        failed: false,
      })),
    ]);
  });

  it('counts calls that the directory turned down as too many', async () => {
    const api = anApi();
    const cause = Object.assign(new Error('slow down'), { name: 'TooManyRequestsException' });
    const find = () => Promise.reject(new UnavailableError('Cognito did not answer', { cause }));
    const { ports } = api.options;
    api.options.ports = { ...ports, directory: { ...ports.directory, find } };

    await api.get({ claims: claimsOf(aRecord()) });

    expect(answered(api)).toMatchObject([{ status: 503, DirectoryThrottles: 1, ServerErrors: 1 }]);
    expect(api.traced).toMatchObject([[{ to: 'store' }, { to: 'directory', failed: true }]]);
  });

  it('counts refused attempts to change what is for superusers', async () => {
    const api = anApi(aRecord());

    await api.patch({ is_superuser: true });

    expect(answered(api)).toMatchObject([{ code: 'privileged_field', PrivilegedAttempts: 1 }]);
  });

  it('counts names that are tried after too many were refused', async () => {
    const nameRefusals = { count: 10, since: Math.floor(Date.now() / 1000) };
    const api = anApi(aRecord({}, { nameRefusals }));

    await api.patch({ username: 'other' });

    expect(answered(api)).toMatchObject([{ code: 'too_many_attempts', NameProbes: 1 }]);
  });

  it('counts concurrent writes that were tried again', async () => {
    const api = anApi(aRecord());

    await Promise.all(['a', 'b', 'c'].map((name) => api.patch({ name })));

    const conflicts = answered(api).map(({ WriteConflicts = 0 }) => WriteConflicts);
    expect(conflicts.reduce((sum, one) => sum + one)).toBe(api.logged('WRITE_CONFLICT').length);
    expect(api.logged('WRITE_CONFLICT').length).toBeGreaterThan(0);
  });

  it('says how long a change had been open that it finished, and which change it was', async () => {
    const record: AccountRecord = aRecord({}, { intent: INTENT });
    const api = anApi(record);

    await api.get();

    expect(answered(api)).toMatchObject([{ IntentAge: [90] }]);
    expect(api.logged('INTENT_FINISHED')).toMatchObject([{ outcome: 'applied', ageSeconds: 90 }]);
    expect(api.logged('ACCOUNT_CHANGED')).toMatchObject([
      { subject: record.subject, fields: ['username'], fromVersion: 1, toVersion: 2 },
    ]);
  });
});

describe('startRequestMetrics', () => {
  it('keeps as many times as one line can hold', async () => {
    const metrics = startRequestMetrics(false);
    const { store } = metrics.instrument(aTestContext());

    for (let call = 0; call < 120; call += 1) await store.find('nobody');

    expect(metrics.toMetrics({ status: 200, code: null }).StoreLatency).toHaveLength(100);
  });

  it('takes the time at which a call starts from the clock, however long the process stood still', async () => {
    const metrics = startRequestMetrics(false);
    const { store } = metrics.instrument(aTestContext());
    const anHourLater = (NOW + 3600) * 1000;

    vi.setSystemTime(anHourLater);
    await store.find('nobody');

    expect(metrics.calls).toMatchObject([{ startedAt: anHourLater }]);
  });

  it('calls only the first request of an environment a cold start', () => {
    const measured = (isCold: boolean) =>
      startRequestMetrics(isCold).toMetrics({ status: 200, code: null });

    expect(measured(true)).toMatchObject({ ColdStarts: 1 });
    expect(measured(false)).not.toHaveProperty('ColdStarts');
  });
});
