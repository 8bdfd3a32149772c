/** Rules about the names by which people sign in to an existing user pool, the e-mail above all (pure). */
import type { SignInNames } from '../contract.ts';
import type { Opinion, PoolDescription, PoolRule } from './pool-check.ts';
import { keepsUnprovenEmail, kindOf } from './pool-settings.ts';

const SIGN_IN_BY: Record<SignInNames, string> = {
  aliases: 'People sign in by preferred_username and verified e-mail.',
  email: 'People sign in by e-mail alone.',
  username: 'People sign in by a username that never changes.',
};
/** What fails where that attribute never changes. */
const CHANGE_OF = { email: 'change of e-mail', preferred_username: 'change of username' };

const signInNames: PoolRule = (pool, settings) => {
  const kind = kindOf(pool);
  const chosen = settings?.signInNames ?? kind;
  if (kind === null) {
    const says = 'People sign in by phone number alone, which this service does not know.';
    return [{ verdict: 'impossible', says }];
  }
  if (chosen !== kind) {
    const says = `signInNames is ${chosen}, but this pool is of the kind ${kind}.`;
    const fix = `Set signInNames to ${kind}: the sign-in names of a pool cannot be changed.`;
    return [{ verdict: 'fix', says, fix }];
  }
  return [{ verdict: 'fits', says: SIGN_IN_BY[kind] }, ...furtherNames(pool, kind)];
};

function furtherNames({ aliases, usernameAttributes }: PoolDescription, kind: SignInNames) {
  const found: Opinion[] = [];
  if (kind === 'username' && aliases.includes('email')) {
    const says = 'A verified e-mail signs in as well: a new one does so once it is verified.';
    found.push({ verdict: 'advice', says });
  }
  if ([...aliases, ...usernameAttributes].includes('phone_number')) {
    const says = 'A phone number signs in as well, which this service neither shows nor changes.';
    found.push({ verdict: 'advice', says });
  }
  return found;
}

const letterCase: PoolRule = ({ isCaseSensitive }) =>
  isCaseSensitive
    ? [
        {
          verdict: 'impossible',
          says: 'Names that differ in letter case alone are different people in this pool, but one name here.',
        },
      ]
    : [{ verdict: 'fits', says: 'Letter case makes no difference at sign-in.' }];

const immutableAttributes: PoolRule = (pool) => {
  // Where people sign in by e-mail alone, Cognito never learns of a username.
  const written =
    kindOf(pool) === 'email' ? ['email' as const] : (['email', 'preferred_username'] as const);
  const broken = written.filter((name) => pool.immutableAttributes.includes(name));
  if (broken.length === 0) return [{ verdict: 'fits', says: 'All that is written can change.' }];
  return broken.map((name) => ({
    verdict: 'impossible',
    says: `The attribute ${name} is immutable: each ${CHANGE_OF[name]} would fail.`,
  }));
};

const PROFILE_ATTRIBUTES = ['name', 'given_name', 'family_name', 'picture'];
const profileAttributes: PoolRule = ({ attributes, immutableAttributes: fixed }, settings) => {
  const named = Object.values(settings?.profileAttributes ?? {}).filter(
    (name) => name !== undefined,
  );
  const missing = named.filter((name) => !attributes.includes(name));
  const kept = [...PROFILE_ATTRIBUTES, ...named].filter((name) => fixed.includes(name));
  const found = [
    ...missing.map(
      (name): Opinion => ({
        verdict: 'fix',
        says: `The attribute ${name} of profileAttributes is missing.`,
        fix: `Add it to the pool as a mutable text of up to 2,048 characters.`,
      }),
    ),
    ...kept.map(
      (name): Opinion => ({
        verdict: 'advice',
        says: `The attribute ${name} is immutable: an identity provider cannot be mapped to it.`,
        fix: 'Set profileSource to never if the stack is to create identity providers.',
      }),
    ),
  ];
  return found.length > 0 ? found : [{ verdict: 'fits', says: 'The profile can be taken.' }];
};

const requiredAttributes: PoolRule = (pool) => {
  const others = pool.requiredAttributes.filter((name) => !['sub', 'email'].includes(name));
  const found: Opinion[] = [];
  if (pool.requiredAttributes.includes('email') && !pool.usernameAttributes.includes('email')) {
    const says = 'The e-mail is required: nobody can take it away (users set-email --none).';
    found.push({ verdict: 'advice', says });
  }
  if (others.length > 0) {
    const says = `New people must have ${others.join(', ')}: the sign-in pages ask for them.`;
    const fix = 'Map them at each identity provider, or its people cannot sign in.';
    found.push({ verdict: 'advice', says, fix });
  }
  return found.length > 0
    ? found
    : [{ verdict: 'fits', says: 'No further attribute is required.' }];
};

const emailVerification: PoolRule = ({ autoVerified }) =>
  autoVerified.includes('email')
    ? [{ verdict: 'fits', says: 'Cognito mails a code for a new e-mail by itself.' }]
    : [
        {
          verdict: 'fix',
          says: 'Cognito mails no code when an e-mail changes, so nobody can verify the new one.',
          fix: 'Add email to AutoVerifiedAttributes.',
        },
      ];

const emailChange: PoolRule = (pool, settings) => {
  const keeps = keepsUnprovenEmail(pool);
  const option = 'AttributesRequireVerificationBeforeUpdate';
  if (keeps && settings?.emailChange === 'immediate') {
    const says = `emailChange is immediate, but this pool keeps the old e-mail until the new one is verified: the two would differ.`;
    return [{ verdict: 'fix', says, fix: 'Set emailChange to verified.' }];
  }
  if (!keeps && settings?.emailChange === 'verified') {
    const says = 'emailChange is verified, but this pool takes over a new e-mail at once.';
    return [{ verdict: 'fix', says, fix: `Add email to ${option}.` }];
  }
  if (keeps) {
    const says =
      'The old e-mail stays until the new one is verified: emailChange must be verified.';
    return [{ verdict: 'fits', says }];
  }
  const says = 'A new e-mail counts at once: emailChange must be immediate.';
  const fix = `For emailChange verified, which is recommended in production, add email to ${option}.`;
  return [{ verdict: 'advice', says, fix }];
};

/** By the part that each is about, in the order in which they are shown. */
export const NAME_RULES = {
  'sign-in-names': signInNames,
  'letter-case': letterCase,
  'immutable-attributes': immutableAttributes,
  'required-attributes': requiredAttributes,
  'profile-attributes': profileAttributes,
  'email-verification': emailVerification,
  'email-change': emailChange,
} satisfies Record<string, PoolRule>;
