/** Users of a Cognito user pool, as its operations describe them. */
import type { AttributeType, UserType } from '@aws-sdk/client-cognito-identity-provider';
import * as v from 'valibot';
import type { ProfileAttributes } from '../config.ts';
import type { DirectoryPerson } from '../self-service/ports.ts';

const IdentitiesSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.array(
    v.object({
      providerName: v.string(),
      userId: v.union([v.string(), v.pipe(v.number(), v.safeInteger())]),
    }),
  ),
);

/**
 * A user of the pool as a person of the directory.
 * @param profileAttributes names of the attributes that hold fields for which Cognito has none
 */
export function toPerson(
  user: Pick<UserType, 'Username' | 'Enabled' | 'UserStatus'>,
  userAttributes: readonly AttributeType[] = [],
  profileAttributes: ProfileAttributes = {},
): DirectoryPerson {
  const attributes = new Map(userAttributes.map(({ Name, Value }) => [Name, Value]));
  const attribute = (name: string) => attributes.get(name) || null;
  const named = (name: string | undefined) => (name === undefined ? null : attribute(name));
  const names = [attribute('given_name'), attribute('family_name')];
  const fullName = names.filter((name) => name !== null).join(' ');
  // A local person linked to a provider has identities too, and keeps their own sign-in.
  const isFederated = user.UserStatus === 'EXTERNAL_PROVIDER';
  const identities = isFederated ? attribute('identities') : null;
  const [identity] = identities === null ? [] : v.parse(IdentitiesSchema, identities);
  return {
    subject: v.parse(v.string(), attribute('sub')),
    directoryName: v.parse(v.string(), user.Username),
    preferredUsername: attribute('preferred_username'),
    email: attribute('email'),
    emailVerified: attribute('email_verified') === 'true',
    enabled: user.Enabled ?? false,
    passwordExpired: ['FORCE_CHANGE_PASSWORD', 'RESET_REQUIRED'].includes(user.UserStatus ?? ''),
    identity: identity ? { provider: identity.providerName, id: String(identity.userId) } : null,
    profile: {
      name: attribute('name') ?? (fullName || null),
      company: named(profileAttributes.company),
      job_title: named(profileAttributes.job_title),
      avatar_url: attribute('picture'),
    },
  };
}
