/** What depends on the kind of the user pool, on each kind: what signs in, and what moves it. */
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAPABILITIES_TYPE, SELF_SERVICE_SCOPE, WRITE_SCOPE } from '../../lib/contract.ts';
import { createPerson } from '../../lib/operations/account-creation.ts';
import { deleteAccount } from '../../lib/operations/account-lifecycle.ts';
import { freeName, setEmail } from '../../lib/operations/account-names.ts';
import { newestCode } from '../../tools/local/outbox.ts';
import { SignInRefusedError, signIn } from '../../tools/local/sign-in.ts';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { disagreementsOf } from '../support/deployed-oracle.ts';
import { service as aliases } from '../support/deployed-service.ts';
import { DEPLOYMENT_TIMEOUT, deployedKinds, type KindName } from '../support/kinds.ts';
import { chooseNewPassword } from '../support/new-password.ts';
import { expectProblem } from '../support/problems.ts';
import { type ServiceClient, type TestPerson, unique } from '../support/service-client.ts';

/** Names of a person, as they are now. */
interface Names {
  username: string;
  /** Null while it is not verified. */
  verifiedEmail: string | null;
  email: string;
  /** The name that Cognito gave them, or was given for them, at the start. */
  directoryName: string;
}

interface Row {
  kind: KindName | 'aliases';
  emailChange: 'immediate' | 'verified';
  signsIn: (names: Names) => (string | null)[];
  /** The first username of a person whom an administrator made in the pool. */
  first: 'username' | 'email';
}

const ROWS: Row[] = [
  {
    kind: 'aliases',
    emailChange: 'immediate',
    signsIn: ({ username, verifiedEmail }) => [username, verifiedEmail],
    first: 'username',
  },
  {
    kind: 'existing-aliases',
    emailChange: 'verified',
    signsIn: ({ username, verifiedEmail }) => [username, verifiedEmail],
    first: 'username',
  },
  {
    kind: 'email',
    emailChange: 'immediate',
    signsIn: ({ email }) => [email],
    first: 'email',
  },
  {
    kind: 'existing-email',
    emailChange: 'verified',
    signsIn: ({ email }) => [email],
    first: 'email',
  },
  {
    kind: 'username',
    emailChange: 'verified',
    signsIn: ({ username, directoryName }) => [username, directoryName],
    first: 'username',
  },
  {
    kind: 'existing-username',
    emailChange: 'immediate',
    signsIn: ({ directoryName }) => [directoryName],
    first: 'username',
  },
];

let kinds: Awaited<ReturnType<typeof deployedKinds>>;
beforeAll(async () => {
  kinds = await deployedKinds();
}, DEPLOYMENT_TIMEOUT);
const cognito = new CognitoIdentityProvider(clientSettings(aliases.stack.endpointUrl));
afterAll(() => cognito.destroy());

describe.each(ROWS)('a pool of the kind $kind', ({ kind, emailChange, signsIn, first }) => {
  const on = (): ServiceClient => (kind === 'aliases' ? aliases : kinds[kind]);

  /** Those of the names that sign somebody in with the password. */
  async function working(names: Iterable<string>, password: string): Promise<Set<string>> {
    const found = new Set<string>();
    for (const username of names) {
      try {
        await signIn(on().stack, { username, password });
        found.add(username);
      } catch (error) {
        if (!(error instanceof SignInRefusedError)) throw error;
      }
    }
    return found;
  }

  /** Expects that of all names that the person ever had those sign in that the kind says. */
  async function expectSignsIn(
    person: TestPerson,
    now: Partial<Names> = {},
    password = person.password,
  ): Promise<void> {
    const { username, email, directoryName } = person;
    const names: Names = { username, email, verifiedEmail: email, directoryName, ...now };
    const ever = new Set(
      [username, email, directoryName, names.username, names.email].map((name) => `${name}`),
    );
    const expected = new Set(signsIn(names).filter((name) => name !== null));
    // Cognito takes the name that it made up too, which nobody knows.
    const known = ever.difference(new Set([username === directoryName ? '' : directoryName]));
    expect(await working(known, password)).toEqual(expected.intersection(known));
    expect(await disagreementsOf([person.subject], on().ports)).toEqual([]);
  }

  const changed = async (person: TestPerson, body: Record<string, unknown>) => {
    const answer = await on().patch(person.token, body);
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
    return answer;
  };

  async function prove({ signInName: username, password }: TestPerson, email: string) {
    const scopes = [WRITE_SCOPE, SELF_SERVICE_SCOPE];
    const { accessToken: AccessToken } = await signIn(on().stack, { username, password }, scopes);
    const Code = await newestCode(aliases.stack.endpointUrl, email);
    await cognito.verifyUserAttribute({ AccessToken, AttributeName: 'email', Code });
  }

  it('gives an account at the first call, by the names of the pool', async () => {
    const person = await on().aStranger();
    const { email } = person;

    const { body } = await on().get(person.token);

    expect(body).toMatchObject({ id: person.subject, username: person[first], email });
    await expectSignsIn({ ...person, username: body.username });
  });

  it('signs in by the right names before and after a change of username, and back', async () => {
    const person = await on().aPerson();
    const username = unique('renamed');
    await expectSignsIn(person);

    await changed(person, { username });
    expect((await on().get(person.token)).body.username).toBe(username);
    await expectSignsIn(person, { username });

    await changed(person, { username: person.username });
    await expectSignsIn(person);
  });

  it('gives a username that rested to another, unless it still signs its first owner in', async () => {
    const [ada, bob] = [await on().aPerson(), await on().aPerson()];
    await changed(ada, { username: unique('renamed') });
    await freeName(on().ports, ada.username);

    const answer = await on().patch(bob.token, { username: ada.username });

    if (ada.username === ada.directoryName) {
      expectProblem(answer, {
        status: 409,
        code: 'username_taken',
        faults: ['/username username_taken'],
      });
    } else {
      expect(answer.status).toBe(200);
      await expectSignsIn(bob, { username: ada.username });
    }
  });

  it(`changes an e-mail (${emailChange}), and what signs in with it`, async () => {
    const person = await on().aPerson();
    const email = `${unique('moved')}@users.example`;
    const isImmediate = emailChange === 'immediate';

    const { body, headers } = await changed(person, { email });

    expect(body.email).toBe(isImmediate ? email : person.email);
    expect(headers.has('email-change')).toBe(!isImmediate);
    await expectSignsIn(person, isImmediate ? { email, verifiedEmail: null } : {});
    const signInName = isImmediate && kind === 'email' ? email : person.signInName;
    await prove({ ...person, signInName }, email);
    expect((await on().get(person.token)).body.email).toBe(email);
    await expectSignsIn(person, { email, verifiedEmail: email });
  });

  it('changes a password for every name', async () => {
    const person = await on().aPerson();
    const password = newPassword();

    await changed(person, { password });

    expect(await working([person.signInName], person.password)).toEqual(new Set());
    await expectSignsIn(person, {}, password);
  });

  it.each([
    ['an account', 'aPerson'],
    ['a user who has never called', 'aStranger'],
  ] as const)('refuses names of %s', async (_who, make) => {
    const [person, other] = [await on().aPerson(), await on()[make]()];
    const isStranger = make === 'aStranger';
    const held = isStranger ? other[first] : other.username;
    const emails = [
      ['username', other.email],
      ['email', other.email.toUpperCase()],
    ] as const;
    // Nobody can look up an e-mail that signs nobody in.
    const isKnown = !isStranger || on().ports.signInNames !== 'username';

    for (const [field, value] of [
      ['username', held.toUpperCase()] as const,
      ...(isKnown ? emails : []),
    ]) {
      // By e-mail alone, a username with an at sign could be anybody's address.
      const isAddress = on().ports.signInNames === 'email' && value.includes('@');
      const expected =
        field === 'username' && isAddress
          ? { status: 422, code: 'invalid_fields', faults: ['/username invalid_username'] }
          : { status: 409, code: `${field}_taken`, faults: [`/${field} ${field}_taken`] };
      expectProblem(await on().patch(person.token, { [field]: value }), expected);
    }
    await expectSignsIn(person);
  });

  it('says that username, e-mail and password can be changed, but not of an identity provider’s', async () => {
    const [person, sso] = [await on().aPerson(), await on().anSsoPerson()];
    expect((await on().get(sso.token)).body).toMatchObject({
      username: sso.email,
      email: sso.email,
    });

    const capabilities = async ({ token }: { token: string }) => {
      const { body } = await on().get(token, { accept: CAPABILITIES_TYPE });
      return ['username', 'email', 'password'].map((name) => body.fields[name]);
    };

    const max_age = 900;
    expect(await capabilities(person)).toEqual(Array(3).fill({ editable: true, max_age }));
    const reason = 'managed_by_identity_provider';
    expect(await capabilities(sso)).toEqual(Array(3).fill({ editable: false, reason }));
  });

  it('has accounts made, given an e-mail and deleted by operators', async () => {
    const { ports, stack, get } = on();
    const username = unique('made');
    const email = `${username}@users.example`;
    const given = { username, email, isSuperuser: false };
    const { record, temporaryPassword } = await createPerson(ports, given);
    const signInName = ports.signInNames === 'email' ? email : username;
    const password = newPassword();
    const chosen = { username: signInName, temporaryPassword, newPassword: password };
    const token = await chooseNewPassword(chosen, stack);
    expect((await get(token)).body).toMatchObject({ username, email });

    const moved = `${unique('moved')}@users.example`;
    await setEmail(ports, username, moved);

    const { subject, directoryName } = record;
    const names = { username, email, subject, directoryName: directoryName ?? '' };
    const person = { ...names, signInName, password, token, refreshToken: '' };
    await expectSignsIn(person, { email: moved, verifiedEmail: moved });
    const none = setEmail(ports, username, null);
    if (ports.signInNames === 'email') await expect(none).rejects.toThrow('sign in by e-mail');
    else expect((await none).account.email).toBe(null);
    await deleteAccount(ports, username);
    expectProblem(await get(token), { status: 401, code: 'account_not_found' });
    expect(await working([username, email, moved], password)).toEqual(new Set());
  });
});
