import { describe, expect, it } from 'vitest';
import {
  fieldError,
  PROBLEM_DETAILS,
  type ProblemCode,
  ProblemError,
  UnavailableError,
} from '../../../lib/account/errors.ts';
import { PROBLEM_TYPE_PREFIX } from '../../../lib/contract.ts';
import { toProblemError, toProblemResponse } from '../../../lib/http/problem.ts';

const ANSWERS = {
  invalid_token: [401, 'Unauthorized'],
  insufficient_scope: [403, 'Forbidden'],
  client_not_allowed: [403, 'Forbidden'],
  unsupported_media_type: [415, 'Unsupported Media Type'],
  content_too_large: [413, 'Content Too Large'],
  invalid_json: [422, 'Unprocessable Content'],
  account_not_found: [401, 'Unauthorized'],
  session_revoked: [401, 'Unauthorized'],
  account_inactive: [403, 'Forbidden'],
  service_account_not_registered: [403, 'Forbidden'],
  service_account_not_editable: [400, 'Bad Request'],
  internal_account_not_editable: [400, 'Bad Request'],
  admin_account_not_editable: [400, 'Bad Request'],
  invalid_precondition: [400, 'Bad Request'],
  precondition_failed: [412, 'Precondition Failed'],
  invalid_fields: [422, 'Unprocessable Content'],
  managed_by_identity_provider: [400, 'Bad Request'],
  username_reserved: [400, 'Bad Request'],
  privileged_field: [403, 'Forbidden'],
  insufficient_user_authentication: [401, 'Unauthorized'],
  too_many_attempts: [429, 'Too Many Requests'],
  username_taken: [409, 'Conflict'],
  email_taken: [409, 'Conflict'],
  last_superuser: [409, 'Conflict'],
  unavailable: [503, 'Service Unavailable'],
  internal_error: [500, 'Internal Server Error'],
} as const satisfies Record<ProblemCode, readonly [number, string]>;

const CODES = Object.keys(PROBLEM_DETAILS) as ProblemCode[];
const ROWS = CODES.map((code) => ({ code, status: ANSWERS[code][0], title: ANSWERS[code][1] }));

const answer = (...given: ConstructorParameters<typeof ProblemError>) =>
  toProblemResponse(new ProblemError(...given), 'request-1');

describe('toProblemResponse', () => {
  it.each(ROWS)('answers $code with $status $title', ({ code, status, title }) => {
    const { statusCode, body } = answer(code);

    expect(statusCode).toBe(status);
    expect(JSON.parse(body)).toEqual({
      type: `${PROBLEM_TYPE_PREFIX}${code}`,
      title,
      status,
      detail: PROBLEM_DETAILS[code],
      code,
      errors: [],
      request_id: 'request-1',
    });
  });

  it.each(ROWS)('is a problem document for $code', ({ code }) => {
    expect(answer(code).headers?.['Content-Type']).toBe('application/problem+json');
  });

  it('lists every fault', () => {
    const faults = [
      { pointer: '/name', code: 'empty', detail: 'Send at least one character, or null.' },
      { pointer: '/email', code: 'invalid_email', detail: 'Send an e-mail address.' },
    ];

    expect(JSON.parse(answer('invalid_fields', faults).body)).toMatchObject({ errors: faults });
  });

  it.each([
    [['name'], 'name: Send text.'],
    [['nick_name', 'name'], 'nick_name: Send text. There is 1 more error.'],
    [['a', 'b', 'c'], 'a: Send text. There are 2 more errors.'],
    [[['metadata', 'a', '3']], 'metadata: Send text.'],
    // What can be no field's name may be a secret that was sent in the wrong place.
    [['x'.repeat(51)], 'Send text.'],
    [['pass word!'], 'Send text.'],
    [['<b>'], 'Send text.'],
    [[''], 'Send text.'],
  ])('says of the errors at %j "%s"', (fields, detail) => {
    const faults = fields.map((field) => fieldError(field, 'x', 'Send text.'));

    expect(JSON.parse(answer('invalid_fields', faults).body).detail).toBe(detail);
  });

  it('says of a whole body what is wrong with it', () => {
    const faults = [{ pointer: '', code: 'not_an_object', detail: 'Send an object.' }];

    expect(JSON.parse(answer('invalid_fields', faults).body).detail).toBe('Send an object.');
  });

  it('says which limit was reached, where one was', () => {
    const limit = { name: 'refused-names', attempts: 10, seconds: 3600 };
    const { headers } = answer('too_many_attempts', [], { retryAfter: 1800, limit });

    expect(headers).toMatchObject({
      'Retry-After': '1800',
      RateLimit: '"refused-names";r=0;t=1800',
      'RateLimit-Policy': '"refused-names";q=10;w=3600',
    });
    expect(answer('unavailable').headers).not.toHaveProperty('RateLimit');
  });

  it.each(
    ROWS.filter(
      ({ code, status }) => status === 401 && code !== 'insufficient_user_authentication',
    ),
  )('challenges the client on $code', ({ code }) => {
    expect(answer(code).headers?.['WWW-Authenticate']).toBe('Bearer error="invalid_token"');
  });

  it('says which scope is missing, in the challenge and in the body', () => {
    const { headers, body } = answer('insufficient_scope', [], { scope: 'users/me.write' });

    expect(headers?.['WWW-Authenticate']).toBe(
      'Bearer error="insufficient_scope", scope="users/me.write"',
    );
    expect(JSON.parse(body)).toMatchObject({ scope: 'users/me.write' });
  });

  it('says how recent a sign-in must be, in the challenge and in the body', () => {
    const { headers, body } = answer('insufficient_user_authentication', [], { maxAge: 900 });

    expect(headers?.['WWW-Authenticate']).toBe(
      'Bearer error="insufficient_user_authentication", max_age=900',
    );
    expect(JSON.parse(body)).toMatchObject({ max_age: 900 });
  });

  it.each(ROWS.filter(({ code, status }) => status !== 401 && code !== 'insufficient_scope'))(
    'sends no challenge on $code',
    ({ code }) => {
      expect(answer(code).headers).not.toHaveProperty('WWW-Authenticate');
    },
  );

  it('says when to try again on unavailable and too_many_attempts alone', () => {
    const withRetry = CODES.filter((code) => answer(code).headers?.['Retry-After'] !== undefined);

    expect(withRetry).toEqual(['too_many_attempts', 'unavailable']);
    const later = answer('too_many_attempts', [], { retryAfter: 1800 });
    expect(later.headers?.['Retry-After']).toBe('1800');
    expect(answer('unavailable').headers?.['Retry-After']).toMatch(/^[1-9]\d*$/);
  });

  it('says which types a PATCH takes on unsupported_media_type alone', () => {
    const withTypes = CODES.filter((code) => answer(code).headers?.['Accept-Patch'] !== undefined);

    expect(withTypes).toEqual(['unsupported_media_type']);
    expect(answer('unsupported_media_type').headers?.['Accept-Patch']).toBe(
      'application/json, application/merge-patch+json',
    );
  });
});

describe('toProblemError', () => {
  it('keeps a refusal as it is', () => {
    const refusal = new ProblemError('username_taken');

    expect(toProblemError(refusal)).toBe(refusal);
  });

  it.each([
    { what: 'an unavailable port', error: new UnavailableError('x'), code: 'unavailable' },
    { what: 'a timeout of middy', error: named('TimeoutError'), code: 'unavailable' },
    {
      what: 'a refused body',
      error: ofPackage('@middy/http-json-body-parser'),
      code: 'invalid_json',
    },
    { what: 'an error of middy itself', error: ofPackage('@middy/core'), code: 'internal_error' },
    { what: 'an unprocessable something', error: withStatus(422), code: 'internal_error' },
    { what: 'an unknown error', error: new Error('x'), code: 'internal_error' },
    { what: 'a thrown string', error: 'x', code: 'internal_error' },
    {
      what: 'a forged error',
      error: { statusCode: 422, name: 'TimeoutError' },
      code: 'internal_error',
    },
    { what: 'nothing', error: undefined, code: 'internal_error' },
  ])('makes $what $code', ({ error, code }) => {
    expect(toProblemError(error)).toMatchObject({ code, faults: [], challenge: {} });
  });
});

function named(name: string): Error {
  return Object.assign(new Error('x'), { name });
}

function ofPackage(name: string): Error {
  return new Error('x', { cause: { package: name } });
}

function withStatus(statusCode: number): Error {
  return Object.assign(new Error('x'), { statusCode });
}
