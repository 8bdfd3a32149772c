import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProblemError } from '../../../lib/account/errors.ts';
import { authenticate } from '../../../lib/auth/access-token.ts';
import { type Access, authorise, READ_ACCESS, WRITE_ACCESS } from '../../../lib/http/access.ts';
import { NOW } from '../../support/builders.ts';
import {
  awsClaims,
  awsDate,
  CLIENT_ID,
  localClaims,
  serviceClaims,
  USER_POOL_ID,
  without,
} from '../../support/claims.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** The caller for whom an operation of that access is open. */
const parse = (claims: unknown, access: Access = READ_ACCESS, patchClientIds: string[] = []) =>
  authorise(authenticate(claims, USER_POOL_ID), access, patchClientIds);

function refusalOf(
  claims: unknown,
  access: Access = READ_ACCESS,
  patchClientIds: string[] = [],
): ProblemError {
  try {
    parse(claims, access, patchClientIds);
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('The claims were accepted');
}

describe('the caller of a token', () => {
  it.each([
    { shape: 'real AWS', claims: awsClaims },
    { shape: 'the local cloud', claims: localClaims },
  ])('reads a person from the claims of $shape', ({ claims }) => {
    const caller = parse(claims({ sub: 'subject-1', username: 'dir-1', origin_jti: 'jti-1' }));

    expect(caller).toEqual({
      kind: 'person',
      writeDenial: null,
      scopes: ['openid', 'users/me.write', 'users/me.read'],
      subject: 'subject-1',
      directoryName: 'dir-1',
      authTime: NOW - 60,
      originJti: 'jti-1',
    });
  });

  it.each([{ zone: 'UTC' }, { zone: 'Asia/Tokyo' }, { zone: 'America/New_York' }])(
    'reads the date AWS sends as the instant it names, in $zone',
    ({ zone }) => {
      vi.stubEnv('TZ', zone);

      const { authTime } = parse(awsClaims({ auth_time: 'Mon Apr 14 12:33:31 UTC 2025' }));

      expect(authTime).toBe(Date.UTC(2025, 3, 14, 12, 33, 31) / 1000);
    },
  );

  it('reads a service from a client-credentials token, which names nobody who signed in', () => {
    expect(parse(serviceClaims())).toEqual({
      kind: 'service',
      writeDenial: null,
      scopes: ['users/me.read', 'users/me.write'],
      subject: CLIENT_ID,
      directoryName: null,
      authTime: null,
      originJti: null,
    });
  });

  it('does without the instants a token need not have', () => {
    const claims = ['iat', 'auth_time', 'origin_jti'].reduce(without, awsClaims());

    expect(parse(claims)).toMatchObject({ kind: 'person', authTime: null, originJti: null });
  });

  it('accepts the global form of the issuer', () => {
    const iss = `https://issuer-cognito-idp.eu-central-1.amazonaws.com/${USER_POOL_ID}`;

    expect(parse(awsClaims({ iss })).kind).toBe('person');
  });

  it('accepts any client of the pool', () => {
    expect(parse(awsClaims({ client_id: 'a-client-made-later' })).kind).toBe('person');
  });

  it.each([
    { form: 'number', exp: NOW + 1 },
    { form: 'epoch string', exp: String(NOW + 1) },
    { form: 'AWS date', exp: awsDate(NOW + 1) },
  ])('accepts a token with a second to live, by the $form', ({ exp }) => {
    expect(parse(awsClaims({ exp })).kind).toBe('person');
  });

  it.each([
    { form: 'number', exp: NOW - 1 },
    { form: 'epoch string', exp: String(NOW - 1) },
    { form: 'AWS date', exp: awsDate(NOW - 1) },
    { form: 'epoch string long past', exp: '1' },
  ])('refuses a token that expired, by the $form', ({ exp }) => {
    expect(refusalOf(awsClaims({ exp })).code).toBe('invalid_token');
  });

  it.each([
    { form: 'number', nbf: NOW + 1 },
    { form: 'epoch string', nbf: String(NOW + 1) },
    { form: 'AWS date', nbf: awsDate(NOW + 1) },
  ])('refuses a token that is not valid yet, by the $form', ({ nbf }) => {
    expect(refusalOf(awsClaims({ nbf })).code).toBe('invalid_token');
  });

  it('accepts a token from the moment it is valid', () => {
    expect(parse(awsClaims({ nbf: String(NOW) })).kind).toBe('person');
  });

  it.each([
    { what: 'an ID token', claims: awsClaims({ token_use: 'id', aud: CLIENT_ID }) },
    { what: 'an unknown use', claims: awsClaims({ token_use: 'refresh' }) },
    { what: 'another pool', claims: awsClaims({ iss: `${issuerHost('eu-central-1')}/x_y` }) },
    {
      what: 'another region',
      claims: awsClaims({ iss: `${issuerHost('eu-west-1')}/${USER_POOL_ID}` }),
    },
    {
      what: 'an issuer that only begins alike',
      claims: awsClaims({ iss: `${issuerHost('eu-central-1')}/${USER_POOL_ID}/x` }),
    },
    { what: 'a person without a username', claims: without(awsClaims(), 'username') },
    { what: 'a sign-in after the end', claims: awsClaims({ auth_time: String(NOW + 7200) }) },
    { what: 'an issue after the end', claims: awsClaims({ iat: awsDate(NOW + 7200) }) },
    { what: 'a service whose subject is no client', claims: serviceClaims({ sub: 'somebody' }) },
  ])('refuses $what', ({ claims }) => {
    expect(refusalOf(claims).code).toBe('invalid_token');
  });

  it.each(['sub', 'iss', 'client_id', 'token_use', 'scope', 'exp'].map((name) => ({ name })))(
    'refuses claims without $name',
    ({ name }) => {
      expect(refusalOf(without(awsClaims(), name)).code).toBe('invalid_token');
    },
  );

  it.each(['sub', 'iss', 'client_id', 'username', 'origin_jti'].map((name) => ({ name })))(
    'refuses an empty $name',
    ({ name }) => {
      expect(refusalOf(awsClaims({ [name]: '' })).code).toBe('invalid_token');
    },
  );

  it.each([
    { what: 'absent', claims: undefined },
    { what: 'null', claims: null },
    { what: 'a list', claims: [awsClaims()] },
    { what: 'an empty object', claims: {} },
    { what: 'a string', claims: JSON.stringify(awsClaims()) },
    { what: 'a number', claims: NOW },
  ])('refuses claims that are $what', ({ claims }) => {
    expect(refusalOf(claims).code).toBe('invalid_token');
  });

  it.each([
    { what: 'an object', value: { valueOf: NOW + 3600 } },
    { what: 'a list', value: [NOW + 3600] },
    { what: 'a boolean', value: true },
    { what: 'null', value: null },
    { what: 'an empty string', value: '' },
    { what: 'a fraction', value: NOW + 0.5 },
    { what: 'infinite', value: Number.POSITIVE_INFINITY },
    { what: 'not a number', value: Number.NaN },
    { what: 'in hexadecimal', value: '0xffffffffff' },
    { what: 'with an exponent', value: '9e11' },
    { what: 'negative', value: '-1' },
    { what: 'too long a number', value: '9999999999999999' },
    { what: 'an ISO date', value: '2999-01-01T00:00:00Z' },
    { what: 'a date of another zone', value: 'Mon Apr 14 12:33:31 CEST 2999' },
    { what: 'a date that does not exist', value: 'Xxx Yyy 99 99:99:99 UTC 2999' },
  ])('refuses instants that are $what', ({ value }) => {
    const codes = ['exp', 'iat', 'nbf', 'auth_time'].map(
      (name) => refusalOf(awsClaims({ [name]: value })).code,
    );

    expect(codes).toEqual(['invalid_token', 'invalid_token', 'invalid_token', 'invalid_token']);
  });

  it.each(
    ['sub', 'iss', 'client_id', 'token_use', 'scope', 'username', 'origin_jti'].map((name) => ({
      name,
    })),
  )('refuses a $name that is no string', ({ name }) => {
    const values = [1, true, null, {}, ['users/me.read']];

    const codes = values.map((value) => refusalOf(awsClaims({ [name]: value })).code);

    expect(new Set(codes)).toEqual(new Set(['invalid_token']));
  });

  it.each([
    { scope: 'users/me.read', reads: true, writes: false },
    { scope: 'users/me.write', reads: true, writes: true },
    { scope: 'aws.cognito.signin.user.admin', reads: true, writes: true },
    { scope: 'openid email users/me.read', reads: true, writes: false },
    { scope: 'openid email', reads: false, writes: false },
    { scope: '', reads: false, writes: false },
    { scope: 'users/me.reader', reads: false, writes: false },
    { scope: 'other/users/me.write', reads: false, writes: false },
    { scope: 'USERS/ME.WRITE', reads: false, writes: false },
    { scope: 'users/me.read,users/me.write', reads: false, writes: false },
  ])('lets the scope "$scope" read: $reads, write: $writes', ({ scope, reads, writes }) => {
    const passes = (rule: Access) => {
      try {
        return parse(awsClaims({ scope }), rule).kind === 'person';
      } catch {
        return false;
      }
    };

    expect({ reads: passes(READ_ACCESS), writes: passes(WRITE_ACCESS) }).toEqual({ reads, writes });
  });

  it.each([
    { operation: 'reading', rule: READ_ACCESS, scope: 'users/me.read' },
    { operation: 'writing', rule: WRITE_ACCESS, scope: 'users/me.write' },
  ])('names the scope to ask for when $operation is refused', ({ rule, scope }) => {
    const refusal = refusalOf(awsClaims({ scope: 'openid' }), rule);

    expect(refusal).toMatchObject({ code: 'insufficient_scope', challenge: { scope } });
  });

  it.each([
    { clients: [], reads: null, writes: null },
    { clients: [CLIENT_ID], reads: null, writes: null },
    { clients: ['another', CLIENT_ID], reads: null, writes: null },
    { clients: ['another'], reads: 'client_not_allowed', writes: 'refused' },
    { clients: [CLIENT_ID.toUpperCase()], reads: 'client_not_allowed', writes: 'refused' },
    { clients: [`${CLIENT_ID}x`], reads: 'client_not_allowed', writes: 'refused' },
  ])('with $clients allowed to change accounts, says to a reader $reads', (row) => {
    const { clients, reads, writes } = row;

    expect(parse(awsClaims(), READ_ACCESS, clients).writeDenial).toBe(reads);
    if (writes === null) expect(parse(awsClaims(), WRITE_ACCESS, clients).writeDenial).toBeNull();
    else expect(refusalOf(awsClaims(), WRITE_ACCESS, clients).code).toBe('client_not_allowed');
  });

  it('answers the scope before the client', () => {
    const claims = awsClaims({ scope: 'users/me.read' });

    expect(refusalOf(claims, WRITE_ACCESS, ['another']).code).toBe('insufficient_scope');
    expect(parse(claims, READ_ACCESS, ['another']).writeDenial).toBe('insufficient_scope');
  });

  it('answers the token before the scope', () => {
    const claims = awsClaims({ exp: awsDate(NOW - 1), scope: 'openid' });

    expect(refusalOf(claims).code).toBe('invalid_token');
  });

  it('returns a caller or refuses, whatever the claims are', () => {
    fc.assert(fc.property(anyClaims(), (claims) => isCallerOrRefusal(claims)));
  });

  it('returns a caller or refuses, whichever claims of a token are forged', () => {
    const forged = fc.dictionary(fc.constantFrom(...Object.keys(awsClaims())), anyClaims());

    fc.assert(fc.property(forged, (given) => isCallerOrRefusal(awsClaims(given))));
  });
});

function issuerHost(region: string): string {
  return `https://cognito-idp.${region}.amazonaws.com`;
}

function anyClaims() {
  return fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
}

function isCallerOrRefusal(claims: unknown): boolean {
  try {
    const { kind, subject, directoryName } = parse(claims);
    return subject !== '' && (kind === 'service') === (directoryName === null);
  } catch (error) {
    return error instanceof ProblemError;
  }
}
