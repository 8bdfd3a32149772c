import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UnavailableError } from '../../../lib/account/errors.ts';
import { anApiEvent, LOGGED_IDS, REQUEST_ID } from '../../support/api-event.ts';
import { aPerson, aRecord, NOW, SERVICE, SSO } from '../../support/builders.ts';
import { awsClaims, awsDate, claimsOf, localClaims } from '../../support/claims.ts';
import { anApi, ORIGIN } from './api-harness.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const ID = '0f6d3b0a-2f5d-4d8e-8a55-0a3d6c1b9e42';

describe('getMeHandler, answering an account', () => {
  it('returns exactly the 17 fields', async () => {
    const api = anApi(
      aRecord({ id: ID, username: 'ada', email: 'ada@example.com', metadata: '{"a":[1]}' }),
    );

    const answer = await api.get();

    expect(answer.status).toBe(200);
    expect(answer.account()).toEqual({
      id: ID,
      username: 'ada',
      email: 'ada@example.com',
      password: null,
      password_expired: false,
      name: null,
      company: null,
      job_title: null,
      avatar_url: null,
      metadata: { a: [1] },
      oauth_provider: null,
      oauth_id: null,
      is_active: true,
      is_superuser: false,
      is_service_account: false,
      is_onboarded: false,
      organization_id: null,
    });
  });

  it.each([
    { kind: 'an SSO account', account: SSO },
    { kind: 'a service account', account: SERVICE },
  ])('returns $kind', async ({ account }) => {
    const answer = await anApi(aRecord(account)).get();

    expect(answer.status).toBe(200);
    expect(answer.account()).toMatchObject(account);
  });

  it('accepts the claims of the local cloud', async () => {
    const record = aRecord();
    const { subject: sub, directoryName: username } = record;

    const answer = await anApi(record).get({ claims: localClaims({ sub, username }) });

    expect(answer.account()).toMatchObject({ id: sub });
  });

  it('makes the account of a person on their first call', async () => {
    const api = anApi();
    const person = aPerson({ subject: ID, preferredUsername: 'ada' });
    api.directory.people.set(person.directoryName, person);

    const answer = await api.get({
      claims: awsClaims({ sub: ID, username: person.directoryName }),
    });

    expect(answer.status).toBe(200);
    expect(answer.account()).toMatchObject({ id: ID, username: 'ada' });
    expect(api.logged('ACCOUNT_PROVISIONED')).toEqual([
      { level: 'INFO', ...LOGGED_IDS, event: 'ACCOUNT_PROVISIONED', subject: ID },
    ]);
  });

  it('ignores query parameters it does not know', async () => {
    const answer = await anApi(aRecord()).get({ query: { schema: 'openid', id: 'x' } });

    expect(answer.status).toBe(200);
  });

  it('ignores a body', async () => {
    expect((await anApi(aRecord()).get({ body: '{' })).status).toBe(200);
  });

  it('logs nothing about an account that was only read', async () => {
    const api = anApi(aRecord({ id: ID }));

    await api.get();

    expect(api.log()).toEqual([expect.objectContaining({ event: 'REQUEST_COMPLETED' })]);
    expect(api.lines.join()).not.toContain(ID);
  });
});

describe('getMeHandler, headers', () => {
  it('has the headers of every answer', async () => {
    const { headers } = await anApi(aRecord({ id: ID }, { version: 3 })).get();

    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/json',
      etag: `"${ID}.3"`,
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
      'x-request-id': REQUEST_ID,
    });
  });

  it.each([
    { kind: 'an account', given: {}, status: 200 },
    { kind: 'a 304', given: { headers: { 'If-None-Match': '*' } }, status: 304 },
    { kind: 'a problem', given: { claims: null }, status: 401 },
  ])('protects and names $kind', async ({ given, status }) => {
    const answer = await anApi(aRecord()).get(given);

    expect(answer.status).toBe(status);
    expect(answer.headers.get('Cache-Control')).toBe('private, no-cache');
    expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(answer.headers.get('X-Request-Id')).toBe(REQUEST_ID);
    expect(answer.headers.get('Vary')).toBe('Authorization, Accept, Origin');
  });

  it.each([
    { kind: 'an account', claims: {} },
    { kind: 'a problem', claims: { claims: null } },
  ])('lets a configured origin read $kind and its headers', async ({ claims }) => {
    const { headers } = await anApi(aRecord()).get({ headers: { Origin: ORIGIN }, ...claims });

    expect(headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
    expect(headers.get('Access-Control-Expose-Headers')?.toLowerCase().split(/, */)).toEqual(
      expect.arrayContaining([
        'etag',
        'www-authenticate',
        'x-amzn-remapped-www-authenticate',
        'x-request-id',
        'retry-after',
      ]),
    );
  });

  it.each([
    { origin: 'https://evil.example.com' },
    { origin: 'http://app.example.com' },
    { origin: 'https://app.example.com:8443' },
    { origin: 'https://app.example.com.evil.com' },
    { origin: 'https://sub.app.example.com' },
    { origin: 'null' },
    { origin: '*' },
    { origin: '' },
  ])('keeps the origin "$origin" out', async ({ origin }) => {
    const { headers } = await anApi(aRecord()).get({ headers: { Origin: origin } });

    expect(headers.has('Access-Control-Allow-Origin')).toBe(false);
  });

  it('keeps every origin out where none is configured', async () => {
    const api = anApi(aRecord());
    api.options.corsOrigins = [];

    const { headers } = await api.get({ headers: { Origin: ORIGIN } });

    expect(headers.has('Access-Control-Allow-Origin')).toBe(false);
  });

  it('lets the one configured origin in, and varies by it', async () => {
    const api = anApi(aRecord());
    api.options.corsOrigins = [ORIGIN];

    const { headers } = await api.get({ headers: { origin: ORIGIN } });

    expect(headers.get('Access-Control-Allow-Origin')).toBe(ORIGIN);
    expect(headers.get('Vary')).toBe('Authorization, Accept, Origin');
  });

  it('never allows credentials: nothing here uses cookies', async () => {
    const { headers } = await anApi(aRecord()).get({ headers: { Origin: ORIGIN } });

    expect(headers.has('Access-Control-Allow-Credentials')).toBe(false);
  });
});

describe('getMeHandler, conditional requests', () => {
  const tag = `"${ID}.3"`;
  const api = () => anApi(aRecord({ id: ID }, { version: 3 }));

  it.each([
    { name: 'If-None-Match', value: tag },
    { name: 'if-none-match', value: `"x", W/${tag}` },
    { name: 'IF-NONE-MATCH', value: '*' },
    { name: 'If-None-Match', value: ['"x"', tag] },
  ])('answers $name: $value with 304 and the tag, without a body', async ({ name, value }) => {
    const answer = await api().get({ headers: { [name]: value } });

    expect(answer).toMatchObject({ status: 304, text: '' });
    expect(answer.headers.get('ETag')).toBe(tag);
    expect(answer.headers.has('Content-Type')).toBe(false);
  });

  it.each([
    { what: 'an If-None-Match of another version', headers: { 'If-None-Match': `"${ID}.2"` } },
    { what: 'an If-Match of this version', headers: { 'If-Match': tag } },
    { what: 'any If-Match', headers: { 'If-Match': '*' } },
  ])('answers $what with the account', async ({ headers }) => {
    expect((await api().get({ headers })).status).toBe(200);
  });

  it.each([
    { what: 'of another version', value: `"${ID}.2"` },
    { what: 'that is weak', value: `W/${tag}` },
  ])('refuses an If-Match $what', async ({ value }) => {
    const answer = await api().get({ headers: { 'If-Match': value } });

    expect(answer.problem()).toMatchObject({ status: 412, code: 'precondition_failed' });
    expect(answer.problem().changed).not.toBeUndefined();
    expect(answer.headers.get('ETag')).toBe(tag);
  });

  it('says when the account changed, and takes that date as a condition', async () => {
    const record = aRecord({}, { updatedAt: NOW - 60 });
    const { get } = anApi(record);
    const date = new Date((NOW - 60) * 1000).toUTCString();
    const before = new Date((NOW - 61) * 1000).toUTCString();

    const answer = await get();
    const unchanged = await get({ headers: { 'If-Modified-Since': date } });
    const changed = await get({ headers: { 'If-Modified-Since': before } });
    const refused = await get({ headers: { 'If-Unmodified-Since': before } });

    expect(answer.headers.get('Last-Modified')).toBe(date);
    expect([unchanged.status, changed.status, refused.status]).toEqual([304, 200, 412]);
    expect(unchanged.headers.get('ETag')).toBe(answer.headers.get('ETag'));
    expect(unchanged.headers.has('Last-Modified')).toBe(false);
    expect(refused.problem().changed).toBeNull();
  });

  it('says no date that is later than the response, and none that it does not know', async () => {
    const ahead = await anApi(aRecord({}, { updatedAt: NOW + 2 })).get();
    const unknown = await anApi(aRecord({}, { updatedAt: null })).get();

    expect(ahead.headers.get('Last-Modified')).toBe(new Date(NOW * 1000).toUTCString());
    expect(unknown.headers.has('Last-Modified')).toBe(false);
  });

  it.each([{ name: 'If-Match' }, { name: 'If-None-Match' }])(
    'refuses an $name that is malformed',
    async ({ name }) => {
      const answer = await api().get({ headers: { [name]: 'then' } });

      expect(answer.problem()).toMatchObject({ status: 400, code: 'invalid_precondition' });
    },
  );
});

describe('getMeHandler, refusals', () => {
  it('is a problem document with the request id and a challenge', async () => {
    const answer = await anApi(aRecord()).get({ claims: null });

    expect(answer.status).toBe(401);
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
    expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"');
    expect(answer.problem()).toEqual({
      type: 'urn:current-user-service:problem:invalid_token',
      title: 'Unauthorized',
      status: 401,
      detail: expect.any(String),
      code: 'invalid_token',
      errors: [],
      request_id: REQUEST_ID,
    });
  });

  it('names the scope to ask for', async () => {
    const record = aRecord();

    const answer = await anApi(record).get({ claims: claimsOf(record, { scope: 'openid' }) });

    expect(answer.status).toBe(403);
    expect(answer.problem()).toMatchObject({ code: 'insufficient_scope', scope: 'users/me.read' });
    expect(answer.headers.get('WWW-Authenticate')).toBe(
      'Bearer error="insufficient_scope", scope="users/me.read"',
    );
  });

  it('refuses a client that is not registered', async () => {
    const service = aRecord(SERVICE);

    const answer = await anApi().get({ claims: claimsOf(service) });

    expect(answer.problem()).toMatchObject({ status: 403, code: 'service_account_not_registered' });
  });

  it('refuses a token of an account that no longer exists', async () => {
    const answer = await anApi().get({ claims: awsClaims() });

    expect(answer.problem()).toMatchObject({ status: 401, code: 'account_not_found' });
  });

  it('logs what was refused, and nothing else', async () => {
    const api = anApi(aRecord());

    await api.get({ claims: null });

    expect(api.log()).toEqual([
      expect.objectContaining({
        level: 'INFO',
        ...LOGGED_IDS,
        event: 'REQUEST_COMPLETED',
        operation: 'getMe',
        status: 401,
        code: 'invalid_token',
      }),
    ]);
  });

  it('puts the trace of the caller into its log lines', async () => {
    const api = anApi(aRecord());
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

    await api.get({ claims: null, headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } });

    expect(api.log()).toEqual([expect.objectContaining({ trace_id: trace })]);
  });
});

describe('getMeHandler, failures', () => {
  it('says nothing of an unexpected error but the request id', async () => {
    const api = anApi(aRecord());
    api.options.ports = { ...api.options.ports, store: failingStore(new Error('row 42 of Ada')) };

    const answer = await api.get();

    expect(answer.problem()).toEqual({
      type: 'urn:current-user-service:problem:internal_error',
      title: 'Internal Server Error',
      status: 500,
      detail: expect.not.stringContaining('row'),
      code: 'internal_error',
      errors: [],
      request_id: REQUEST_ID,
    });
  });

  it('logs where an unexpected error was thrown, without its message', async () => {
    const api = anApi(aRecord());
    const error = Object.assign(new TypeError('row 42 of Ada'), { detail: 'secret' });
    api.options.ports = { ...api.options.ports, store: failingStore(error) };

    await api.get();

    expect(api.log()).toEqual([
      {
        level: 'ERROR',
        ...LOGGED_IDS,
        event: 'REQUEST_FAILED',
        operation: 'getMe',
        error: 'TypeError',
        stack: expect.arrayContaining([expect.stringMatching(/^at /)]),
      },
      expect.objectContaining({ event: 'REQUEST_COMPLETED', code: 'internal_error', status: 500 }),
    ]);
    expect(api.lines.join()).not.toMatch(/row 42|secret/);
  });

  it.each([
    { what: 'a store that asks for patience', error: new UnavailableError('throttled') },
    { what: 'a timeout', error: Object.assign(new Error('late'), { name: 'TimeoutError' }) },
  ])('answers $what with 503 and when to try again', async ({ error }) => {
    const api = anApi(aRecord());
    api.options.ports = { ...api.options.ports, store: failingStore(error) };

    const answer = await api.get();

    expect(answer.problem()).toMatchObject({ status: 503, code: 'unavailable' });
    expect(answer.headers.get('Retry-After')).toBe('1');
    expect(api.log()).toContainEqual(
      expect.objectContaining({ level: 'ERROR', event: 'REQUEST_FAILED', error: error.name }),
    );
  });

  it('answers half a second before Lambda ends a function that hangs', {
    timeout: 400,
  }, async () => {
    const api = anApi(aRecord());
    const hangs = { ...api.store, find: () => new Promise<never>(() => {}) };
    api.options.ports = { ...api.options.ports, store: hangs };

    const answer = await api.get({}, { getRemainingTimeInMillis: () => 500 });

    expect(answer.problem()).toMatchObject({ status: 503, code: 'unavailable' });
    // What is still under way must not go on when Lambda thaws the process.
    expect(api.signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it.each([
    { what: 'no event', event: null },
    { what: 'a warming event', event: { warm: true } },
    { what: 'an event of a queue', event: { Records: [] } },
    { what: 'headers that are no strings', event: { ...anApiEvent(), headers: { a: 1 } } },
  ])('answers $what with a blank 500', async ({ event }) => {
    const answer = await anApi(aRecord()).call('GET', event, {});

    expect(answer.problem()).toMatchObject({ status: 500, code: 'internal_error', errors: [] });
    expect(answer.headers.get('X-Request-Id')).toBe('unknown');
  });
});

describe('getMeHandler, order of answers', () => {
  const gone = { sub: 'b1d5781d-0000-4000-8000-000000000000', username: 'dir-nobody' };

  it.each([
    {
      earlier: 'invalid_token',
      later: 'insufficient_scope',
      claims: { exp: awsDate(NOW - 1), scope: 'openid' },
    },
    {
      earlier: 'insufficient_scope',
      later: 'account_not_found',
      claims: { scope: 'openid', ...gone },
    },
    { earlier: 'account_not_found', later: 'precondition_failed', claims: gone },
    {
      earlier: 'session_revoked',
      later: 'account_inactive',
      record: { sessions: { validFrom: NOW, exemptOriginJti: null } },
    },
    { earlier: 'account_inactive', later: 'precondition_failed' },
  ])('answers $earlier before $later', async ({ earlier, claims, record }) => {
    const own = aRecord({ is_active: false }, record);

    const answer = await anApi(own).get({
      claims: claimsOf(own, claims),
      headers: { 'If-Match': '"other"' },
    });

    expect(answer.problem().code).toBe(earlier);
  });
});

function failingStore(error: Error) {
  const fail = () => Promise.reject(error);
  return { find: fail, takenNames: fail, create: fail, replace: fail, remove: fail };
}

describe('getMeHandler, capabilities', () => {
  const CAPABILITIES = 'application/vnd.current-user.capabilities+json';

  it('says what may be edited to a client that accepts it, and the account to all others', async () => {
    const api = anApi(aRecord());

    const asked = await api.get({ headers: { Accept: `${CAPABILITIES}, */*;q=0.1` } });
    const unasked = await api.get({ headers: { Accept: 'application/json, */*' } });

    expect(asked.headers.get('Content-Type')).toBe(CAPABILITIES);
    expect(asked.headers.get('ETag')).toBeNull();
    expect(asked.headers.has('Last-Modified')).toBe(false);
    expect(Object.keys(asked.account()['fields'] as object)).toHaveLength(17);
    expect(unasked.headers.get('Content-Type')).toBe('application/json');
    expect(Object.keys(unasked.account())).toHaveLength(17);
  });
});
