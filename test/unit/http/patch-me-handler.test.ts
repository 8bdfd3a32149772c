import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import { EDITABLE_FIELDS, READ_ONLY_FIELDS } from '../../../lib/account/fields.ts';
import { type GivenEvent, LOGGED_IDS } from '../../support/api-event.ts';
import { aRecord, GOOD_PASSWORD, NOW, SERVICE, SSO } from '../../support/builders.ts';
import { awsDate, type Claims, claimsOf } from '../../support/claims.ts';
import { anApi } from './api-harness.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const ID = '0f6d3b0a-2f5d-4d8e-8a55-0a3d6c1b9e42';
const MERGE = { headers: { 'Content-Type': 'application/merge-patch+json' } };
const KIB = 1024;

describe('patchMeHandler, changing an account', () => {
  it('returns the whole account with the sent fields changed', async () => {
    const api = anApi(aRecord({ id: ID, username: 'ada', company: 'Analytical Engines' }));

    const answer = await api.patch({ name: 'Ada' });

    expect(answer.status).toBe(200);
    expect(Object.keys(answer.account())).toHaveLength(17);
    expect(answer.account()).toMatchObject({
      id: ID,
      username: 'ada',
      name: 'Ada',
      company: 'Analytical Engines',
      password: null,
    });
  });

  it('gives the changed account the next tag', async () => {
    const api = anApi(aRecord({ id: ID }, { version: 3 }));

    const { headers } = await api.patch({ name: 'Ada' });

    expect(headers.get('ETag')).toBe(`"${ID}.4"`);
  });

  it('writes nothing for a body that changes nothing', async () => {
    const record = aRecord({ id: ID, name: 'Ada' }, { version: 3, revision: 5 });
    const api = anApi(record);

    const answer = await api.patch({ name: 'Ada', username: null });

    expect(answer.headers.get('ETag')).toBe(`"${ID}.3"`);
    expect(api.store.records.get(ID)).toEqual(record);
  });

  it('takes its own answer back, with one field edited', async () => {
    const api = anApi(aRecord({ metadata: '{"a":1}' }));
    const account = (await api.get()).account();

    const answer = await api.patch({ ...account, job_title: 'Countess' });

    expect(answer.account()).toEqual({ ...account, job_title: 'Countess' });
  });

  it('replaces metadata sent as application/json', async () => {
    const api = anApi(aRecord({ metadata: '{"keep":1,"drop":2}' }));

    const answer = await api.patch({ metadata: { drop: null, add: 3 } });

    expect(answer.account()['metadata']).toEqual({ drop: null, add: 3 });
  });

  it('merges metadata sent as application/merge-patch+json', async () => {
    const api = anApi(aRecord({ metadata: '{"keep":1,"drop":2}' }));

    const answer = await api.patch({ metadata: { drop: null, add: 3 } }, MERGE);

    expect(answer.account()['metadata']).toEqual({ keep: 1, add: 3 });
  });

  it.each([
    { form: 'base64', given: { isBase64Encoded: true, body: base64('{"name":"Adá"}') } },
    {
      form: 'a charset',
      given: { headers: { 'Content-Type': 'application/json; charset=utf-8' } },
    },
    { form: 'a header in lower case', given: {}, name: 'content-type' },
    { form: 'white space around', given: { body: ' \n{"name":"Adá"}\n ' } },
    { form: 'query parameters', given: { query: { name: 'Eve' } } },
  ])('reads a body with $form', async ({ given, name = 'Content-Type' }) => {
    const headers = given.headers ?? { [name]: 'application/json' };

    const answer = await anApi(aRecord()).patch({ name: 'Adá' }, { ...given, headers });

    expect(answer.account()).toMatchObject({ name: 'Adá' });
  });

  it('sets a password without answering, storing or logging it', async () => {
    const api = anApi(aRecord({ id: ID }));

    const answer = await api.patch({ password: GOOD_PASSWORD });

    expect(answer.status).toBe(200);
    expect(api.directory.passwords.get(`dir-${ID}`)).toBe(GOOD_PASSWORD);
    const traces = [answer.text, ...api.lines, JSON.stringify([...api.store.records])];
    expect(traces.filter((text) => text.includes(GOOD_PASSWORD))).toEqual([]);
  });

  it('logs which fields changed, never to what', async () => {
    const api = anApi(aRecord({ id: ID }));

    await api.patch({ name: 'Ada', company: 'Analytical Engines' });

    expect(api.logged('ACCOUNT_CHANGED')).toEqual([
      {
        level: 'INFO',
        ...LOGGED_IDS,
        event: 'ACCOUNT_CHANGED',
        subject: ID,
        fields: ['name', 'company'],
        fromVersion: 1,
        toVersion: 2,
        actor: ID,
        session: 'session-1',
        sourceAddress: '203.0.113.7',
      },
    ]);
  });
});

describe('patchMeHandler, conditional requests', () => {
  const tag = `"${ID}.3"`;
  const patch = (headers: Record<string, string | string[]>) =>
    anApi(aRecord({ id: ID }, { version: 3 })).patch({ name: 'Ada' }, { headers });

  it.each([
    { what: 'If-Match of this version', headers: { 'If-Match': tag } },
    { what: 'If-Match in another letter case', headers: { 'IF-MATCH': tag } },
    { what: 'one of several If-Match', headers: { 'If-Match': ['"x"', tag] } },
    { what: 'any If-Match', headers: { 'If-Match': '*' } },
    { what: 'If-None-Match of another version', headers: { 'If-None-Match': `"${ID}.2"` } },
  ])('changes the account on $what', async ({ headers }) => {
    expect((await patch(headers)).status).toBe(200);
  });

  it.each([
    { what: 'If-Match of another version', headers: { 'If-Match': `"${ID}.2"` } },
    { what: 'a weak If-Match', headers: { 'If-Match': `W/${tag}` } },
    { what: 'If-None-Match of this version', headers: { 'If-None-Match': tag } },
    { what: 'any If-None-Match', headers: { 'If-None-Match': '*' } },
  ])('refuses $what', async ({ headers }) => {
    expect((await patch(headers)).problem()).toMatchObject({
      status: 412,
      code: 'precondition_failed',
    });
  });

  it.each([{ name: 'If-Match' }, { name: 'If-None-Match' }])(
    'refuses a malformed $name',
    async ({ name }) => {
      expect((await patch({ [name]: 'then' })).problem()).toMatchObject({
        status: 400,
        code: 'invalid_precondition',
      });
    },
  );

  it('says which fields changed since the tag that was sent, and the tag of now, without a value', async () => {
    const record = aRecord({ id: ID, company: 'Before', name: 'Ada' }, { version: 3 });
    const api = anApi(record);
    await api.patch({ company: 'Confidential', name: 'Ada' });

    const refused = await api.patch({ name: 'Countess' }, { headers: { 'If-Match': tag } });
    const again = await api.patch(
      { name: 'Countess' },
      { headers: { 'If-Match': refused.headers.get('ETag') ?? '' } },
    );

    expect(refused.problem()).toMatchObject({ status: 412, changed: ['company'] });
    expect(refused.text).not.toMatch(/Confidential|Before|Ada|Countess/);
    expect(again.account()).toMatchObject({ company: 'Confidential', name: 'Countess' });
  });

  it('takes the date of its last answer as a condition, until the account changes', async () => {
    const api = anApi(aRecord({}, { updatedAt: NOW - 60 }));
    const first = await api.patch({ name: 'Ada' });
    const date = first.headers.get('Last-Modified') ?? '';
    const headers = { 'If-Unmodified-Since': date };

    const second = await api.patch({ name: 'Countess' }, { headers });
    const third = await api.patch({ name: 'Poet' }, { headers });

    expect(date).toBe(new Date(NOW * 1000).toUTCString());
    expect([second.status, third.status]).toEqual([200, 412]);
    expect(third.problem().changed).toBeNull();
  });

  it('checks the condition even where nothing would change', async () => {
    const api = anApi(aRecord({ name: 'Ada' }));

    const answer = await api.patch({ name: 'Ada' }, { headers: { 'If-Match': '"other"' } });

    expect(answer.status).toBe(412);
  });
});

describe('patchMeHandler, bodies', () => {
  const send = (given: GivenEvent) => anApi(aRecord()).patch({}, given);

  it.each([
    { what: 'no body', given: { body: null } },
    { what: 'an empty body', given: { body: '' } },
    { what: 'white space', given: { body: '  ' } },
    { what: 'half an object', given: { body: '{"name":' } },
    { what: 'single quotes', given: { body: "{'name':'Ada'}" } },
    { what: 'a trailing comma', given: { body: '{"name":"Ada",}' } },
    { what: 'two values', given: { body: '{}{}' } },
    { what: 'a byte order mark', given: { body: '\ufeff{}' } },
    { what: 'a form', given: { body: 'name=Ada' } },
    { what: 'base64 of no JSON', given: { body: base64('{'), isBase64Encoded: true } },
    { what: 'base64 that was not decoded', given: { body: base64('{}') } },
    { what: 'bytes that are no UTF-8', given: { body: latin1('{"name":"café"}') } },
    { what: 'such bytes in a key', given: { body: latin1('{"metadata":{"clé":1}}') } },
    { what: 'such bytes in metadata', given: { body: latin1('{"metadata":["é"]}') } },
    {
      what: 'such bytes in base64',
      given: { body: base64(Buffer.from('{"name":"café"}', 'latin1')), isBase64Encoded: true },
    },
    { what: 'a __proto__ key', given: { body: '{"__proto__":{"is_superuser":true}}' } },
    { what: 'a nested __proto__ key', given: { body: '{"metadata":{"__proto__":{}}}' } },
  ])('refuses $what as no JSON', async ({ given }) => {
    const answer = await send(given);

    expect(answer.problem()).toMatchObject({ status: 422, code: 'invalid_json', errors: [] });
  });

  it('takes the replacement character as an escape, in values and keys', async () => {
    const body = '{"name":"\\ufffd","metadata":{"\\ufffd":"\\uFFFD"}}';

    const answer = await send({ body });

    expect(answer.account()).toMatchObject({ name: '\ufffd', metadata: { '\ufffd': '\ufffd' } });
  });

  it.each([
    { what: 'null', body: 'null' },
    { what: 'a list', body: '[{"name":"Ada"}]' },
    { what: 'a string', body: '"name"' },
    { what: 'a number', body: '1' },
    { what: 'a boolean', body: 'true' },
  ])('refuses $what as no object', async ({ body }) => {
    const answer = await send({ body });

    expect(answer.problem()).toMatchObject({
      status: 422,
      code: 'invalid_fields',
      errors: [{ pointer: '', code: 'not_an_object' }],
    });
  });

  it.each([
    { what: 'an object in an object', opening: '{"a":', closing: '}' },
    { what: 'a list in a list', opening: '[', closing: ']' },
  ])('refuses $what, to no end', async ({ opening, closing }) => {
    const depth = Math.floor((63 * KIB) / (opening.length + closing.length));
    const body = `{"metadata":${opening.repeat(depth)}1${closing.repeat(depth)}}`;

    expect((await send({ body })).status).toBe(422);
  });

  it.each([
    { what: 'text', type: 'text/plain' },
    { what: 'another JSON', type: 'application/vnd.api+json' },
    { what: 'JSON patch', type: 'application/json-patch+json' },
    { what: 'no type', type: '' },
  ])('refuses $what and says what it takes', async ({ type }) => {
    const answer = await send({ headers: { 'Content-Type': type } });

    expect(answer.problem()).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(answer.headers.get('Accept-Patch')).toBe(
      'application/json, application/merge-patch+json',
    );
  });

  it('refuses a compressed body', async () => {
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };

    expect((await send({ headers })).status).toBe(415);
  });

  it('takes a body of 64 KiB, and refuses one byte more', async () => {
    const most = await send({ body: '{}'.padEnd(64 * KIB) });
    const more = await send({ body: '{}'.padEnd(64 * KIB + 1) });

    expect(most.status).toBe(200);
    expect(more.problem()).toMatchObject({ status: 413, code: 'content_too_large' });
  });
});

describe('patchMeHandler, refusals', () => {
  it('lists every fault at once', async () => {
    const answer = await anApi(aRecord()).patch({ name: '', email: 'ada', id: 'x', 'a/b': 1 });

    const { status, code, errors } = answer.problem();
    expect({ status, code }).toEqual({ status: 422, code: 'invalid_fields' });
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/a~1b',
      '/email',
      '/id',
      '/name',
    ]);
  });

  it.each([
    { kind: 'a service account', record: aRecord(SERVICE), code: 'service_account_not_editable' },
    {
      kind: 'an internal account',
      record: aRecord({}, { internal: true }),
      code: 'internal_account_not_editable',
    },
    {
      kind: 'the admin account',
      record: aRecord({ username: 'Admin' }),
      code: 'admin_account_not_editable',
    },
  ])('refuses to edit $kind', async ({ record, code }) => {
    const answer = await anApi(record).patch({ name: 'Ada' });

    expect(answer.problem()).toMatchObject({ status: 400, code });
  });

  it.each([
    { field: 'username', value: 'countess' },
    { field: 'email', value: 'countess@example.com' },
    { field: 'password', value: GOOD_PASSWORD },
  ])('leaves the $field of an SSO account to its provider', async ({ field, value }) => {
    const answer = await anApi(aRecord(SSO, { refreshedAt: NOW })).patch({ [field]: value });

    expect(answer.problem()).toMatchObject({
      status: 400,
      code: 'managed_by_identity_provider',
      errors: [{ pointer: `/${field}` }],
    });
  });

  it('keeps the reserved name', async () => {
    const answer = await anApi(aRecord()).patch({ username: 'ADMIN' });

    expect(answer.problem()).toMatchObject({
      status: 400,
      code: 'username_reserved',
      errors: [{ pointer: '/username' }],
    });
  });

  it.each([
    { field: 'username', code: 'username_taken' },
    { field: 'email', code: 'email_taken' },
  ])('refuses a $field of another account', async ({ field, code }) => {
    const api = anApi(aRecord(), aRecord({ username: 'lovelace', email: 'ada@example.com' }));

    const answer = await api.patch({ [field]: 'ADA@example.com' });

    expect(answer.problem()).toMatchObject({
      status: 409,
      code,
      errors: [{ pointer: `/${field}`, code }],
    });
  });

  it('says in one sentence what is wrong first, and how much more there is', async () => {
    const answer = await anApi(aRecord()).patch({ job_title: '', email: 'ada', company: 7 });

    expect(answer.problem().detail).toBe(
      'email: Send an e-mail address of at most 254 characters. There are 2 more errors.',
    );
  });

  it('says what proves the sign-in in place of the old password', async () => {
    const body = { password: GOOD_PASSWORD, old_password: 'secret' };
    const api = anApi(aRecord({ id: ID }));

    const answer = await api.patch(body);

    expect(answer.problem()).toMatchObject({
      status: 422,
      detail:
        'old_password: Leave this out: a recent sign-in proves who you are, not the old password.',
      errors: [{ pointer: '/old_password', code: 'proven_by_sign_in' }],
    });
    expect(api.directory.passwords.has(`dir-${ID}`)).toBe(false);
  });

  it('names the rule that a password breaks', async () => {
    const answer = await anApi(aRecord()).patch({ password: 'all-lower-1' });

    expect(answer.problem()).toMatchObject({
      status: 422,
      errors: [{ pointer: '/password', code: 'password_needs_uppercase' }],
    });
  });

  it('asks for a more recent sign-in, in header and body', async () => {
    const own = aRecord();
    const claims = claimsOf(own, { auth_time: String(NOW - 901) });

    const answer = await anApi(own).patch({ username: 'ada' }, { claims });

    expect(answer.problem()).toMatchObject({
      status: 401,
      code: 'insufficient_user_authentication',
      max_age: 900,
    });
    expect(answer.headers.get('WWW-Authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", max_age=900',
    );
  });

  it('names the scope that a reading token lacks', async () => {
    const own = aRecord();
    const claims = claimsOf(own, { scope: 'users/me.read' });

    const answer = await anApi(own).patch({ name: 'Ada' }, { claims });

    expect(answer.problem()).toMatchObject({ code: 'insufficient_scope', scope: 'users/me.write' });
    expect(answer.headers.get('WWW-Authenticate')).toBe(
      'Bearer error="insufficient_scope", scope="users/me.write"',
    );
  });

  it('logs an attempt at privileged fields by their names', async () => {
    const api = anApi(aRecord({ id: ID }));

    const answer = await api.patch({ is_superuser: true, is_active: false, name: 'Ada' });

    expect(answer.problem()).toMatchObject({ status: 403, code: 'privileged_field' });
    expect(api.log()).toContainEqual({
      level: 'WARN',
      ...LOGGED_IDS,
      event: 'PRIVILEGED_CHANGE_REFUSED',
      subject: ID,
      fields: ['is_active', 'is_superuser'],
      actor: ID,
      session: 'session-1',
      sourceAddress: '203.0.113.7',
    });
  });

  it('refuses an eleventh name within an hour, says when to try again, and logs the attempt', async () => {
    const others = Array.from({ length: 10 }, (_, number) =>
      aRecord({ username: `other-${number}` }),
    );
    const api = anApi(aRecord({ id: ID }), ...others);
    const first = await api.get();
    for (const { account } of others) {
      expect((await api.patch({ username: account.username })).status).toBe(409);
    }

    const answer = await api.patch({ username: 'free' });

    expect(answer.problem()).toMatchObject({ status: 429, code: 'too_many_attempts', errors: [] });
    expect(answer.headers.get('Retry-After')).toBe('3600');
    expect(answer.headers.get('RateLimit')).toBe('"refused-names";r=0;t=3600');
    expect(answer.headers.get('RateLimit-Policy')).toBe('"refused-names";q=10;w=3600');
    expect((await api.get()).headers.get('ETag')).toBe(first.headers.get('ETag'));
    expect((await api.patch({ name: 'Ada' })).status).toBe(200);
    expect(api.logged('NAME_PROBE_REFUSED')).toEqual([
      {
        level: 'WARN',
        ...LOGGED_IDS,
        event: 'NAME_PROBE_REFUSED',
        subject: ID,
        actor: ID,
        session: 'session-1',
        sourceAddress: '203.0.113.7',
      },
    ]);
  });

  it('logs a refused request without anything that was sent', async () => {
    const api = anApi(aRecord());

    await api.patch({ name: '' });

    expect(api.log()).toEqual([
      expect.objectContaining({
        level: 'INFO',
        ...LOGGED_IDS,
        event: 'REQUEST_COMPLETED',
        operation: 'patchMe',
        status: 422,
        code: 'invalid_fields',
      }),
    ]);
  });

  it('ends what it has begun when its time is over', async () => {
    const api = anApi(aRecord());
    const hangs = { ...api.store, replace: () => new Promise<never>(() => {}) };
    api.options.ports = { ...api.options.ports, store: hangs };

    const answer = await api.patch({ name: 'Ada' }, {}, { getRemainingTimeInMillis: () => 500 });

    expect(answer.problem()).toMatchObject({ status: 503, code: 'unavailable' });
    expect(answer.headers.get('Retry-After')).toBe('1');
    expect(api.signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('patchMeHandler, what was sent', () => {
  const markers = fc
    .string({ unit: fc.constantFrom(...'abcdefghjkmnpqrstuvwxyz'), minLength: 12, maxLength: 20 })
    .map((text) => `q${text}q`);
  const shapes = fc.constantFrom<(marker: string) => unknown>(
    (marker) => marker,
    (marker) => `${marker}\u0000`,
    (marker) => `${marker}@example.com`,
    (marker) => `http://${marker}.example.com`,
    (marker) => marker.repeat(20),
    (marker) => [marker],
    (marker) => ({ [marker]: marker }),
  );
  const fields = fc.constantFrom(...EDITABLE_FIELDS, ...READ_ONLY_FIELDS, 'nickname');
  const places = fc.constantFrom<(marker: string) => GivenEvent>(
    () => ({}),
    (marker) => ({ headers: { 'If-Match': marker } }),
    (marker) => ({ headers: { 'If-Match': `"${marker}"` } }),
    (marker) => ({ headers: { 'Content-Type': `application/${marker}` } }),
    (marker) => ({ headers: { Origin: `https://${marker}.example.com`, traceparent: marker } }),
    (marker) => ({ query: { [marker]: marker } }),
    (marker) => ({ body: `{"name":"${marker}"` }),
    (marker) => ({ body: marker }),
    (marker) => ({ claims: { sub: marker, username: marker, scope: marker } }),
  );

  it('is never in a refusal or its log lines', async () => {
    const sent = fc.array(fc.tuple(fields, shapes), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(markers, sent, places, async (marker, parts, place) => {
        const api = anApi(aRecord());
        const values = parts.map(([field, shape]) => [field, shape(marker)]);
        // The unknown field makes every body one that is refused.
        const body = { ...Object.fromEntries(values), nickname: marker };

        const answer = await api.patch(body, place(marker));

        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        const seen = JSON.stringify([answer.text, ...answer.headers, ...api.lines]);
        expect(seen.toLowerCase()).not.toContain(marker);
      }),
    );
  });
});

describe('patchMeHandler, order of answers', () => {
  /** A request that is right, to be made wrong. */
  interface Draft {
    record: AccountRecord;
    claims: Claims;
    headers: Record<string, string>;
    fields: Record<string, unknown>;
    /** What follows the JSON text of the fields. */
    behind: string;
    isGone: boolean;
    patchClientIds: string[];
  }
  const wrongs: Record<string, (draft: Draft) => void> = {
    invalid_token: ({ claims }) => Object.assign(claims, { exp: awsDate(NOW - 1) }),
    insufficient_scope: ({ claims }) => Object.assign(claims, { scope: 'users/me.read' }),
    client_not_allowed: ({ patchClientIds }) => patchClientIds.push('another'),
    unsupported_media_type: ({ headers }) =>
      Object.assign(headers, { 'Content-Type': 'text/plain' }),
    content_too_large: (draft) =>
      Object.assign(draft, { behind: `${draft.behind}${' '.repeat(64 * KIB)}` }),
    invalid_json: (draft) => Object.assign(draft, { behind: `}${draft.behind}` }),
    account_not_found: (draft) => Object.assign(draft, { isGone: true }),
    session_revoked: ({ record }) =>
      Object.assign(record, { sessions: { validFrom: NOW, exemptOriginJti: null } }),
    account_inactive: ({ record }) => Object.assign(record.account, { is_active: false }),
    internal_account_not_editable: ({ record }) => Object.assign(record, { internal: true }),
    precondition_failed: ({ headers }) => Object.assign(headers, { 'If-Match': '"other"' }),
    invalid_fields: ({ fields }) => Object.assign(fields, { nickname: 'Ada' }),
    managed_by_identity_provider: ({ record, fields }) => {
      Object.assign(record, { refreshedAt: NOW });
      Object.assign(record.account, SSO);
      Object.assign(fields, { email: 'countess@example.com' });
    },
    privileged_field: ({ fields }) => Object.assign(fields, { is_superuser: true }),
    insufficient_user_authentication: ({ claims, fields }) => {
      Object.assign(claims, { auth_time: String(NOW - 901) });
      Object.assign(fields, { password: GOOD_PASSWORD });
    },
    username_taken: ({ fields }) => Object.assign(fields, { username: 'lovelace' }),
  };
  const codes = Object.keys(wrongs);
  const pairs = codes.flatMap((earlier, index) =>
    codes.slice(index + 1).map((later) => ({ earlier, later })),
  );

  const answerTo = async (...faults: ((draft: Draft) => void)[]) => {
    const record = aRecord({ id: ID });
    const draft: Draft = {
      record,
      claims: claimsOf(record),
      headers: { 'Content-Type': 'application/json' },
      fields: { name: 'Ada' },
      behind: '',
      isGone: false,
      patchClientIds: [],
    };
    for (const fault of faults) fault(draft);
    const other = aRecord({ username: 'lovelace' });
    const api = draft.isGone ? anApi() : anApi(draft.record, other);
    api.patchClientIds.push(...draft.patchClientIds);
    const body = `${JSON.stringify(draft.fields)}${draft.behind}`;
    return api.patch(null, { claims: draft.claims, headers: draft.headers, body });
  };

  it('accepts the request that is wrong in no way', async () => {
    expect((await answerTo()).status).toBe(200);
  });

  it.each(codes.map((code) => ({ code })))('answers $code alone', async ({ code }) => {
    expect((await answerTo(wrongs[code] ?? never)).problem().code).toBe(code);
  });

  it.each(pairs)('answers $earlier before $later', async ({ earlier, later }) => {
    const answer = await answerTo(wrongs[earlier] ?? never, wrongs[later] ?? never);

    expect(answer.problem().code).toBe(earlier);
  });

  it.each([
    {
      what: 'no body before the account',
      given: { body: null },
      record: aRecord({}, { internal: true }),
      code: 'invalid_json',
    },
    {
      what: 'the account before a malformed condition',
      given: { headers: { 'If-Match': 'x' } },
      record: aRecord({}, { internal: true }),
      code: 'internal_account_not_editable',
    },
    {
      what: 'a malformed condition before the fields',
      given: { headers: { 'If-Match': 'x' } },
      record: aRecord(),
      code: 'invalid_precondition',
    },
    {
      what: 'the account before a body that is no object',
      given: { body: '[]' },
      record: aRecord(SERVICE),
      code: 'service_account_not_editable',
    },
  ])('answers $what', async ({ given, record, code }) => {
    const headers = { 'Content-Type': 'application/json', ...given.headers };

    const answer = await anApi(record).patch({ nickname: 1 }, { ...given, headers });

    expect(answer.problem().code).toBe(code);
  });

  it('answers the reserved name before privileged fields', async () => {
    const answer = await anApi(aRecord()).patch({ username: 'admin', is_superuser: true });

    expect(answer.problem().code).toBe('username_reserved');
  });
});

function base64(text: string | Buffer): string {
  return Buffer.from(text).toString('base64');
}

/** What a gateway makes of a text in that encoding. */
function latin1(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

function never(): never {
  throw new Error('There is no such fault');
}
