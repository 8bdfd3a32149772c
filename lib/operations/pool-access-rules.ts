/** Rules about passwords, sign-in pages and sessions of an existing user pool (pure). */
import type { PoolRule } from './pool-check.ts';
import { preferredDomain, requirementsOf } from './pool-settings.ts';

const passwords: PoolRule = ({ passwordPolicy }, settings) => {
  const requires = requirementsOf(passwordPolicy);
  const kinds = requires.join(', ') || 'no kind of character';
  const says = `A password needs ${passwordPolicy.minLength} characters and ${kinds}.`;
  const isSame =
    settings === null ||
    (settings.passwordMinLength === passwordPolicy.minLength &&
      new Set(settings.passwordRequires).symmetricDifference(new Set(requires)).size === 0);
  if (isSame) return [{ verdict: 'fits', says }];
  const fix = `Set passwordMinLength to ${passwordPolicy.minLength} and passwordRequires to ${JSON.stringify(requires)}: a password that breaks only the pool's own rules is refused without naming the rule.`;
  return [{ verdict: 'advice', says, fix }];
};

const RECOVERY_FIX = 'Set the account recovery of the pool to e-mail only.';
const recovery: PoolRule = ({ recovery: ways }) => {
  if (ways.includes('admin_only')) {
    const says = 'Nobody can reset a forgotten password: operators do it (users expire-password).';
    return [{ verdict: 'advice', says }];
  }
  if (ways.length === 0 || ways.includes('verified_phone_number')) {
    const says =
      'A text message can reset a password: no change here takes that away from who has the phone.';
    return [{ verdict: 'advice', says, fix: RECOVERY_FIX }];
  }
  return [{ verdict: 'fits', says: 'A forgotten password is reset by e-mail.' }];
};

const signInPages: PoolRule = (pool, settings) => {
  const { domains } = pool;
  const command = `--user-pool-id ${pool.id} --domain`;
  if (domains.length === 0) {
    const fix = `aws cognito-idp create-user-pool-domain ${command} <prefix> --managed-login-version 2`;
    return [{ verdict: 'fix', says: 'The pool has no sign-in domain.', fix }];
  }
  const chosen =
    settings === null
      ? preferredDomain(pool)
      : domains.find(({ origin }) => origin === settings.signInUrl);
  if (chosen === undefined) {
    const origins = domains.map(({ origin }) => origin).join(' or ');
    const says = 'signInUrl is not a sign-in domain of this pool.';
    return [{ verdict: 'fix', says, fix: `Set signInUrl to ${origins}.` }];
  }
  const { origin, hasManagedLogin } = chosen;
  if (hasManagedLogin) return [{ verdict: 'fits', says: `Managed login is at ${origin}.` }];
  const says = `The pages at ${origin} are the classic ones, which ignore prompt=login: nobody could sign in anew to change a password, username or e-mail.`;
  const fix = `Give each app client a style (docs/settings-explained.md), then: aws cognito-idp update-user-pool-domain ${command} <domain> --managed-login-version 2`;
  return [{ verdict: 'fix', says, fix }];
};

const plan: PoolRule = ({ plan: name }) =>
  name === 'LITE'
    ? [
        {
          verdict: 'fix',
          says: 'The plan Lite has no managed login, no sessions and no rotation of refresh tokens: the deployment would fail.',
          fix: 'Set the feature plan to Essentials or higher, which costs more for each active user.',
        },
      ]
    : [{ verdict: 'fits', says: `The plan is ${name}.` }];

const sessions: PoolRule = ({ id, tracksSessions }) =>
  tracksSessions === true
    ? [{ verdict: 'fits', says: 'The pool keeps a record of each session.' }]
    : [
        {
          verdict: 'advice',
          says: 'The pool keeps no record of sessions, as far as it says: after a change of password a browser that has signed in gets new tokens for an hour.',
          fix: `aws cognito-idp set-user-pool-session-configuration --user-pool-id ${id} --user-session-tracking ENABLED --token-session MaxPerUser=100`,
        },
      ];

const mfa: PoolRule = ({ mfa: state }) => [
  {
    verdict: 'fits',
    says: `A second factor is ${{ ON: 'required', OFF: 'off' }[state] ?? 'optional'}.`,
  },
];

/** By the part that each is about, in the order in which they are shown. */
export const ACCESS_RULES = {
  passwords,
  recovery,
  mfa,
  'sign-in-pages': signInPages,
  sessions,
  plan,
} satisfies Record<string, PoolRule>;
