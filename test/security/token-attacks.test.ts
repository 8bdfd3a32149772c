/** Invalid tokens: forged, stolen, misplaced, expired or revoked. Each is tried with GET and PATCH. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setActive, signOut } from '../../lib/operations/account-administration.ts';
import {
  createServiceAccount,
  deleteAccount,
  rotateServiceAccount,
} from '../../lib/operations/account-lifecycle.ts';
import { signIn, signInAsService } from '../../tools/local/sign-in.ts';
import { newPassword } from '../../tools/operators/operator-target.ts';
import {
  type Answer,
  aPerson,
  aStranger,
  patch,
  ports,
  recordOf,
  stack,
  type TestPerson,
  unique,
} from '../support/deployed-service.ts';
import { recordFigures } from '../support/figures.ts';
import { nextSecond } from '../support/next-second.ts';
import { anotherPool, type OtherPool, signInThroughNewClient } from '../support/other-pool.ts';
import { expectProblem } from '../support/problems.ts';
import { rawCall } from '../support/raw-call.ts';
import {
  assembled,
  foreignKey,
  partsOf,
  poolKey,
  publicForms,
  signed,
  signedBySecret,
  type TokenParts,
} from '../support/token-forge.ts';

type Header = readonly [string, string];
interface Refusal {
  status: number;
  code: string;
  hints?: Record<string, unknown>;
}

const SECRET = 'Kept to herself';
const INVALID_TOKEN: Refusal = { status: 401, code: 'invalid_token' };

let victim: TestPerson;
let known: TokenParts;
let other: OtherPool;
let revision: number;
beforeAll(async () => {
  victim = await aPerson({ name: SECRET, metadata: `"${SECRET}"` });
  known = partsOf(victim.token);
  other = await anotherPool();
  ({ revision } = await recordOf(victim.subject));
});
afterAll(() => other.remove());

const figures = { attempted: 0, refused: 0, 'by the gateway': 0, 'by the functions': 0 };
afterAll(() => recordFigures('token attacks', figures));

const bearer = (token: string): Header[] => [['authorization', `Bearer ${token}`]];
const now = () => Math.floor(Date.now() / 1000);

/** Calls both operations with those headers. */
function attempts(headers: readonly Header[], path?: string): Promise<Answer[]> {
  const where = path === undefined ? {} : { path };
  const json: Header = ['content-type', 'application/json'];
  const body = JSON.stringify({ name: 'Mallory' });
  return Promise.all([
    rawCall({ method: 'GET', headers, ...where }),
    rawCall({ method: 'PATCH', headers: [...headers, json], body, ...where }),
  ]);
}

/** Expects no account data or token in the responses, and an unchanged account. */
async function expectRefused(
  answers: Answer[],
  refusals: Refusal[],
  sent: string,
  secrets = [victim.username, victim.email, victim.subject, SECRET],
): Promise<void> {
  for (const [index, answer] of answers.entries()) {
    figures.attempted += 1;
    expectProblem(answer, refusals[index] ?? INVALID_TOKEN);
    const said = JSON.stringify([answer.body, ...answer.headers]);
    for (const secret of secrets) expect(said).not.toContain(secret);
    if (sent.length > 8) expect(said).not.toContain(sent);
    figures.refused += 1;
    const isGateways = answer.headers.get('cache-control') === 'no-store';
    figures[isGateways ? 'by the gateway' : 'by the functions'] += 1;
  }
  expect((await recordOf(victim.subject)).revision).toBe(revision);
}

describe('a token without a valid signature', () => {
  const header = (given: Record<string, unknown>) => ({ ...known.header, ...given });
  const claims = (given: Record<string, unknown>) => ({ ...known.claims, ...given });
  const altered = (given: Record<string, unknown>) =>
    assembled(known.header, claims(given), known.signature);

  it.each<[string, () => string]>([
    ['a word', () => 'garbage'],
    ['dots', () => '..'],
    ['three words', () => 'gar.ba.ge'],
    ['two parts', () => victim.token.split('.').slice(0, 2).join('.')],
    ['four parts', () => `${victim.token}.${known.signature}`],
    ['five parts, as if it were encrypted', () => `${victim.token}.a.b`],
    ['no signature', () => assembled(known.header, known.claims, '')],
    [
      'half a signature',
      () => assembled(known.header, known.claims, known.signature.slice(0, 170)),
    ],
    ['a signature of zeros', () => assembled(known.header, known.claims, 'A'.repeat(342))],
    ['a header that is no JSON', () => signed('{', known.claims, foreignKey())],
    ['a header that is a list', () => signed('["RS256"]', known.claims, foreignKey())],
    ['claims that are no JSON', () => signed(known.header, '{"sub":', poolKey('access'))],
    ['claims that are null', () => signed(known.header, 'null', poolKey('access'))],
    ['claims that are a list', () => signed(known.header, '[]', poolKey('access'))],
    ['the algorithm "none"', () => assembled(header({ alg: 'none' }), known.claims, '')],
    ['the algorithm "None"', () => assembled(header({ alg: 'None' }), known.claims, '')],
    [
      'the algorithm "none" and the old signature',
      () => assembled(header({ alg: 'none' }), claims({ sub: randomUUID() }), known.signature),
    ],
    ['a wrong key under the known kid', () => signed(known.header, known.claims, foreignKey())],
    ['an unknown kid', () => signed(header({ kid: 'of-mallory' }), known.claims, foreignKey())],
    ['no kid', () => signed({ alg: 'RS256' }, known.claims, foreignKey())],
    [
      'a kid that is a path',
      () => signed(header({ kid: '../../dev/null' }), known.claims, foreignKey()),
    ],
    [
      'a kid that is a list',
      () => signed(header({ kid: [known.header['kid']] }), known.claims, foreignKey()),
    ],
    [
      'the key in its own header',
      () => {
        const key = foreignKey();
        const jwk = { ...key.export({ format: 'jwk' }), d: undefined, kid: 'own' };
        return signed(header({ kid: 'own', jwk }), known.claims, key);
      },
    ],
    [
      'an address of keys in its own header',
      () =>
        signed(header({ jku: 'http://127.0.0.1:9/keys', kid: 'own' }), known.claims, foreignKey()),
    ],
    ['another subject', () => altered({ sub: randomUUID() })],
    ['more scopes', () => altered({ scope: `${known.claims['scope']} admin` })],
    ['a later end', () => altered({ exp: 9_999_999_999 })],
    ['a later sign-in', () => altered({ auth_time: now() + 60 })],
    ['another client', () => altered({ client_id: 'of-mallory' })],
    ['another issuer', () => altered({ iss: 'https://evil.example' })],
  ])('with %s is refused', async (_name, make) => {
    const token = make();

    await expectRefused(await attempts(bearer(token)), [], token);
  });

  it.each(['PEM', 'DER', 'modulus'])(
    'signed by HS256 with the %s of the public key is refused',
    async (form) => {
      const forms = publicForms(poolKey('access'));
      const secret = forms[`${form} of the public key`] ?? '';
      const token = signedBySecret(header({ alg: 'HS256' }), known.claims, secret);

      await expectRefused(await attempts(bearer(token)), [], token);
    },
  );
});

describe('a token that the pool signed for another purpose', () => {
  /** Signs a token as the pool would. */
  const issued = (given: Record<string, unknown>, without: string[] = []) => {
    const claims = Object.entries({ ...known.claims, ...given });
    const kept = Object.fromEntries(claims.filter(([name]) => !without.includes(name)));
    return signed(known.header, kept, poolKey('access'));
  };

  it('would let its owner in, were it in order: what is refused here is what is changed', async () => {
    const [read] = await attempts(bearer(issued({})));

    expect(read).toMatchObject({ status: 200, body: { id: victim.subject } });
    // Its PATCH went through, too.
    ({ revision } = await recordOf(victim.subject));
  });

  it.each<[string, () => string]>([
    ['that expired an hour ago', () => issued({ exp: now() - 3600 })],
    ['that expires this second', () => issued({ exp: now() })],
    ['that never expires', () => issued({}, ['exp'])],
    ['whose end is null', () => issued({ exp: null })],
    ['whose end is a word', () => issued({ exp: 'never' })],
    ['whose end is beyond all numbers', () => issued({ exp: 1e300 })],
    ['that is not valid yet', () => issued({ nbf: now() + 3600 })],
    ['that was issued in the future', () => issued({ iat: now() + 3600, exp: now() + 7200 })],
    ['whose sign-in comes after its end', () => issued({ auth_time: now() + 86_400 })],
    ['that is an ID token', () => issued({ token_use: 'id' })],
    ['that says nothing of its use', () => issued({}, ['token_use'])],
    ['without a subject', () => issued({}, ['sub'])],
    ['with an empty subject', () => issued({ sub: '' })],
    ['without a client', () => issued({}, ['client_id'])],
    ['without an issuer', () => issued({}, ['iss'])],
    [
      'of another region’s pool of that id',
      () => issued({ iss: String(known.claims['iss']).replace('us-east-1.', 'eu-west-1.') }),
    ],
    ['of the issuer with a slash more', () => issued({ iss: `${known.claims['iss']}/` })],
    ['without a name, as if it were a service’s', () => issued({}, ['username'])],
    ['without a scope', () => issued({}, ['scope'])],
    ['with an empty scope', () => issued({ scope: '' })],
    ['with scopes as a list', () => issued({ scope: ['users/me.read', 'users/me.write'] })],
    [
      'with its scopes under another name',
      () => issued({ scp: ['users/me.read', 'users/me.write'] }, ['scope']),
    ],
    [
      'with a scope that only begins alike',
      () => issued({ scope: 'users/me.reader users/me.writer' }),
    ],
    ['with a scope in capitals', () => issued({ scope: 'USERS/ME.READ USERS/ME.WRITE' })],
    ['with scopes between commas', () => issued({ scope: 'users/me.read,users/me.write' })],
  ])('%s is refused', async (_name, make) => {
    const token = make();

    await expectRefused(await attempts(bearer(token)), [], token);
  });

  it.each<[string, () => Promise<string>]>([
    [
      'a real ID token',
      async () => (await signIn(stack, victim, ['openid', 'users/me.write'])).idToken ?? '',
    ],
    [
      'a real token with no scope of this API',
      async () => (await signIn(stack, victim, ['openid'])).accessToken,
    ],
    ['a refresh token', async () => victim.refreshToken],
    ['a client secret', async () => stack.serviceAccounts[0]?.clientSecret ?? ''],
    ['a token of another pool', async () => other.token],
    [
      'a token of another pool that names this one',
      async () => {
        const { header, claims } = partsOf(other.token);
        const key = poolKey('access', other.userPoolId);
        return signed(header, { ...claims, iss: known.claims['iss'] }, key);
      },
    ],
    [
      'the claims of this pool signed by another under the known kid',
      async () => signed(known.header, known.claims, poolKey('access', other.userPoolId)),
    ],
  ])('%s is refused', async (_name, make) => {
    const token = await make();
    expect(token.length).toBeGreaterThan(20);

    await expectRefused(await attempts(bearer(token)), [], token);
  });

  it('a valid read-only token cannot change anything', async () => {
    const { accessToken } = await signIn(stack, victim, ['users/me.read']);
    const [read, write] = await attempts(bearer(accessToken));

    expect(read?.status).toBe(200);
    const code = 'insufficient_scope';
    const refusal = { status: 403, code, hints: { scope: 'users/me.write' } };
    await expectRefused(write ? [write] : [], [refusal], accessToken);
  });
});

describe('a token in the wrong place', () => {
  it.each<[string, () => Header[], string?]>([
    ['nowhere', () => []],
    ['an empty header', () => [['authorization', '']]],
    ['a header that says Bearer only', () => [['authorization', 'Bearer']]],
    [
      'a cookie',
      () => [['cookie', `access_token=${victim.token}; Authorization=Bearer ${victim.token}`]],
    ],
    ['X-Authorization', () => [['x-authorization', `Bearer ${victim.token}`]]],
    ['Proxy-Authorization', () => [['proxy-authorization', `Bearer ${victim.token}`]]],
    ['X-Forwarded-Authorization', () => [['x-forwarded-authorization', `Bearer ${victim.token}`]]],
    ['X-Amz-Security-Token', () => [['x-amz-security-token', victim.token]]],
    ['the scheme Basic', () => [['authorization', `Basic ${victim.token}`]]],
    ['a scheme of its own', () => [['authorization', `Token ${victim.token}`]]],
    ['Bearer said twice', () => [['authorization', `Bearer Bearer ${victim.token}`]]],
    [
      'one list of two',
      () => [['authorization', `Bearer ${victim.token}, Bearer ${victim.token}`]],
    ],
    ['quotes', () => [['authorization', `Bearer "${victim.token}"`]]],
  ])('%s is refused', async (_name, headers) => {
    await expectRefused(await attempts(headers()), [], victim.token);
  });

  it.each(['access_token', 'token', 'authorization', 'Authorization'])(
    'the query as %s is refused',
    async (name) => {
      const query = new URLSearchParams({ [name]: `Bearer ${victim.token}` });

      await expectRefused(await attempts([], `/users/me?${query}`), [], victim.token);
    },
  );

  it.each<[string, () => string[]]>([
    ['garbage, then the token', () => ['garbage', victim.token]],
    ['the token, then garbage', () => [victim.token, 'garbage']],
    ['the token twice', () => [victim.token, victim.token]],
    ['somebody’s, then the token', () => [other.token, victim.token]],
  ])('two Authorization headers are refused: %s', async (_name, tokens) => {
    await expectRefused(await attempts(tokens().flatMap(bearer)), [], victim.token);
  });
});

describe('a token of any length', () => {
  it.each([9_000, 30_000])('is rejected when it is %i characters of garbage', async (length) => {
    await expectRefused(await attempts(bearer('a'.repeat(length))), [], 'a'.repeat(length));
  });

  it.each([100_000, 1_000_000])(
    'is refused when it is %i characters, before anybody reads it',
    async (length) => {
      const sent = signed(known.header, { ...known.claims, pad: 'x'.repeat(length) }, foreignKey());
      for (const answer of await attempts(bearer(sent))) {
        figures.attempted += 1;
        // The server in front of the gateway responds, without a body.
        expect(answer).toMatchObject({ status: 431, body: '' });
        figures.refused += 1;
        figures['by the gateway'] += 1;
      }
    },
  );
});

describe('a token whose account or session has ended', () => {
  const INACTIVE = { status: 403, code: 'account_inactive' };
  const REVOKED = { status: 401, code: 'session_revoked' };
  const NOT_FOUND = { status: 401, code: 'account_not_found' };
  const NOT_REGISTERED = { status: 403, code: 'service_account_not_registered' };

  /** A token, and data that no response to it may contain. */
  interface Held {
    token: string;
    secrets: string[];
  }
  /** A user on whom an operation is performed after sign-in. */
  const someone =
    (happens: (person: TestPerson) => Promise<unknown>, make = aPerson) =>
    async (): Promise<Held> => {
      const person = await make();
      await happens(person);
      const { token, username, email, subject } = person;
      return { token, secrets: [username, email, subject] };
    };
  /** A service account on which an operation is performed while in use. */
  const aService = (happens: (name: string) => Promise<unknown>) => async (): Promise<Held> => {
    const organizationId = randomUUID();
    const made = { username: unique('service'), organizationId };
    const { credentials } = await createServiceAccount(ports, made);
    const { accessToken } = await signInAsService(stack, credentials);
    await happens(made.username);
    return { token: accessToken, secrets: [made.username, organizationId, credentials.clientId] };
  };

  it.each<[string, Refusal, () => Promise<Held>]>([
    [
      'of a session that a change of password ended',
      REVOKED,
      someone(async ({ username, password, token }) => {
        await nextSecond();
        const { accessToken } = await signIn(stack, { username, password });
        await nextSecond();
        expect(token).not.toBe(accessToken);
        expect((await patch(accessToken, { password: newPassword() })).status).toBe(200);
      }),
    ],
    [
      'of somebody whom an operator signed out',
      REVOKED,
      someone(({ username }) => signOut(ports, username)),
    ],
    [
      'of somebody who was deactivated',
      INACTIVE,
      someone(({ username }) => setActive(ports, username, false)),
    ],
    [
      'of somebody whom Cognito had disabled before their first call',
      INACTIVE,
      someone(({ directoryName }) => ports.directory.setEnabled(directoryName, false), aStranger),
    ],
    [
      'of an inactive account',
      INACTIVE,
      someone(
        async () => {},
        () => aPerson({ is_active: false }),
      ),
    ],
    ['of a deleted account', NOT_FOUND, someone(({ username }) => deleteAccount(ports, username))],
    [
      'of somebody deleted before their first call',
      NOT_FOUND,
      someone(({ directoryName }) => ports.admin.removePerson(directoryName), aStranger),
    ],
    [
      'of a client that nobody registered',
      NOT_REGISTERED,
      async () => {
        const credentials = await ports.admin.createClient(unique('unregistered'));
        const { accessToken } = await signInAsService(stack, credentials);
        return { token: accessToken, secrets: [credentials.clientId] };
      },
    ],
    [
      'of a service account that has a new client',
      NOT_REGISTERED,
      aService((name) => rotateServiceAccount(ports, name)),
    ],
    [
      'of a deleted service account',
      NOT_REGISTERED,
      aService((name) => deleteAccount(ports, name)),
    ],
    [
      'of a deactivated service account',
      INACTIVE,
      aService((name) => setActive(ports, name, false)),
    ],
  ])('%s is refused', async (_name, refusal, make) => {
    const { token, secrets } = await make();

    await expectRefused(await attempts(bearer(token)), [refusal, refusal], token, secrets);
  });
});

describe('what is accepted on purpose', () => {
  it('a client of the pool other than the SPA’s: the pool is trusted (decision 0004)', async () => {
    const token = await signInThroughNewClient(stack.userPoolId, victim);

    const [read] = await attempts(bearer(token));

    expect(read).toMatchObject({ status: 200, body: { id: victim.subject } });
    ({ revision } = await recordOf(victim.subject));
  });

  it.each<[string, (person: TestPerson) => Promise<void>]>([
    ['disabled', ({ directoryName }) => ports.directory.setEnabled(directoryName, false)],
    ['deleted', ({ directoryName }) => ports.admin.removePerson(directoryName)],
  ])(
    'a token that lives, of somebody %s in Cognito alone (README, Limits)',
    async (_name, happens) => {
      const person = await aPerson();
      await happens(person);

      const [read] = await attempts(bearer(person.token));

      expect(read).toMatchObject({ status: 200, body: { id: person.subject } });
    },
  );
});
