/** Settings for sign-in. Knows nothing of the resources that use them. */
import * as v from 'valibot';
import { SIGN_IN_NAMES } from '../../lib/contract.ts';
import {
  arn,
  awsRegion,
  inFile,
  isSafeUrl,
  itemsOf,
  listOf,
  mailAddress,
  oneOf,
  optional,
  setting,
  stringRecord,
  text,
  wholeNumber,
} from './setting-values.ts';

const urls = listOf(isSafeUrl, 'must list 1 to 100 URLs, each https:, or http: on this machine', 1);
const origin = v.pipe(
  v.string('must be an https: origin'),
  v.check(
    (text) => isSafeUrl(text) && text === new URL(text).origin && text.startsWith('https:'),
    'must be an https: origin (no path), for example https://login.example.com',
  ),
);
const secure = v.pipe(
  v.string('must be an https: URL'),
  v.check(isSafeUrl, 'must be an https: URL'),
  v.startsWith('https:', 'must be an https: URL'),
);
const domainPrefix = text(
  /^(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  'must be 1 to 63 of a-z 0-9 and inner hyphens, without aws, amazon or cognito',
);
const userPoolId = text(
  /^[a-z0-9-]+_[0-9a-zA-Z]+$/,
  'must be the id of a user pool, for example eu-west-1_Ab12Cd34E',
);

const providerName = text(
  /^[A-Za-z0-9-]{3,32}$/,
  'must be a provider name of 3 to 32 letters, digits and hyphens',
);
const client = {
  clientId: text(/^\S{1,256}$/, 'must be the id that the provider gave the user pool'),
  clientSecretArn: arn(
    'secretsmanager',
    'secret:[\\w/+=.@-]+',
    'arn:aws:secretsmanager:eu-west-1:111122223333:secret:partner-Ab12Cd, whose text is the secret alone',
  ),
};
const FORM = 'must have the members that docs/settings.md lists for its type, and no others';
const ProviderSchema = v.variant(
  'type',
  [
    v.strictObject(
      { type: v.literal('oidc'), name: providerName, issuer: secure, ...client },
      FORM,
    ),
    v.strictObject({ type: v.literal('saml'), name: providerName, metadataUrl: secure }, FORM),
    v.strictObject({ type: v.literal('google'), ...client }, FORM),
  ],
  'must have a type: oidc, saml or google',
);

/** An identity provider that the stack creates in the pool. */
export type DeclaredProvider = v.InferOutput<typeof ProviderSchema>;

// Chosen by the value's type, so that errors name the members of the provider.
const provider = v.pipe(
  v.lazy((given) => (typeof given === 'object' && given !== null ? ProviderSchema : providerName)),
  inFile(v.union([providerName, ProviderSchema])),
);

const profileAttributes = stringRecord(
  /^(?:company|job_title)$/,
  /^custom:[\w-]{1,20}$/,
  'must name custom attributes of the pool for company, job_title or both, for example company=custom:company',
);

const REQUIREMENTS = ['lowercase', 'uppercase', 'digits', 'symbols'] as const;
const requirements = `must list some of ${REQUIREMENTS.join(', ')}`;

/** The page of the example app on a developer's machine. */
export const DEFAULT_CALLBACK_URL = 'http://localhost:5173/callback';

/** In the order of the documentation. */
export const SIGN_IN_SETTINGS = {
  callbackUrls: optional(
    urls,
    `\`${DEFAULT_CALLBACK_URL}\`; production needs a value`,
    'Redirect URIs of the SPA: `https:`, or outside `production` `http:` on localhost.',
  ),
  logoutUrls: optional(
    urls,
    'root of each callback URL',
    'URLs to which people may return after signing out.',
  ),
  identityProviders: setting(
    itemsOf(provider, 'must list identity providers'),
    [],
    'Identity providers offered besides passwords: names of providers in the pool, or [providers to create](settings-explained.md#identity-providers). With any, the app client of the SPA may write the e-mail in Cognito, and the attributes of the [profile](settings-explained.md#profile), because Cognito rejects a federated sign-in if the app client may not write its mapped attributes.',
  ),
  profileSource: setting(
    oneOf('until-edited', 'first-call', 'never'),
    'until-edited',
    'When name, picture and `profileAttributes` are taken from Cognito into the [profile](settings-explained.md#profile): at the first call and at each SSO sign-in until the owner edits them, at the first call alone, or never.',
  ),
  profileAttributes: setting(
    profileAttributes,
    {},
    'Custom attributes of the pool that hold `company` and `job_title`, as an object, or `-c profileAttributes=company=custom:company,job_title=custom:title`. A new pool gets them.',
  ),
  domainPrefix: optional(
    domainPrefix,
    '`<stack>-<account number>`',
    'First label of the sign-in domain; must be unique in the region across all AWS accounts.',
  ),
  passwordMinLength: setting(wholeNumber(6, 99), 12, 'Minimum length of a password, 6 to 99.'),
  passwordRequires: setting(
    itemsOf(v.picklist(REQUIREMENTS, requirements), requirements),
    [...REQUIREMENTS],
    'Kinds of characters that a password must contain.',
  ),
  mailFrom: optional(
    mailAddress(),
    "Cognito's own sender, for at most 50 messages a day",
    'Address that Cognito mails its codes from, through [Amazon SES](settings-explained.md#mail).',
  ),
  mailReplyTo: optional(mailAddress(), '`mailFrom`', 'Address that gets the replies.'),
  mailRegion: optional(
    awsRegion(),
    'the region of this deployment',
    'Region in which Amazon SES has verified the domain of `mailFrom`.',
  ),
  signInNames: setting(
    oneOf(...SIGN_IN_NAMES),
    'aliases',
    '[What people sign in with](settings-explained.md#what-people-sign-in-with): `aliases`, username or e-mail; `email`, the e-mail alone; `username`, the user name of the pool. Another value makes a new, empty pool: set it before the first deployment. With `userPoolId` it says how that pool was made.',
  ),
  userPoolId: optional(
    userPoolId,
    'a new pool',
    'Id of an [existing user pool](settings-explained.md#an-existing-user-pool) in the same account and region to use instead.',
  ),
  signInUrl: optional(
    origin,
    'the domain of the new pool',
    'Origin of the sign-in domain of the existing pool.',
  ),
} as const;
