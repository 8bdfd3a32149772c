/** Rules about combinations of settings, each with its error message. */
import type { Settings } from './settings-schema.ts';

/** Settings of which defaults that depend on others are filled in. */
export interface CompletedSettings extends Settings {
  readonly purpose: NonNullable<Settings['purpose']>;
}

interface Rule {
  /** The settings that it is about. */
  keys: readonly string[];
  /** Starts with the setting to change, followed by "must ...". */
  message: string;
  isViolated: (settings: CompletedSettings) => boolean;
}

/** The rule sees only the settings that it names: one that is wrong by itself silences it. */
function rule<const Key extends keyof CompletedSettings>(
  keys: readonly Key[],
  message: string,
  isViolated: (settings: Pick<CompletedSettings, Key>) => boolean,
): Rule {
  return { keys, message, isViolated };
}

const RULES: readonly Rule[] = [
  rule(
    ['purpose', 'retainData'],
    'retainData must be true with purpose production: with false, cdk destroy deletes all accounts',
    ({ purpose, retainData }) => purpose === 'production' && !retainData,
  ),
  rule(
    ['purpose', 'callbackUrls'],
    'callbackUrls must be given with purpose production: without it people return to a page on their own machine',
    ({ purpose, callbackUrls }) => purpose === 'production' && callbackUrls === null,
  ),
  ...(['callbackUrls', 'logoutUrls', 'corsOrigins'] as const).flatMap((name) => [
    rule(
      ['purpose', name],
      `${name} must not name localhost or 127.0.0.1 with purpose production`,
      ({ purpose, [name]: urls }) =>
        purpose === 'production' && hostsOf(urls).some((host) => isOwnMachine(host)),
    ),
    rule(
      ['purpose', name],
      `${name} must not name 127.0.0.1 with purpose development: Cognito takes only localhost`,
      ({ purpose, [name]: urls }) =>
        purpose === 'development' && hostsOf(urls).includes('127.0.0.1'),
    ),
  ]),
  rule(
    ['identityProviders'],
    'identityProviders must not list a provider twice',
    ({ identityProviders }) => {
      const names = identityProviders.map(nameOfProvider);
      return new Set(names).size < names.length;
    },
  ),
  rule(
    ['purpose', 'identityProviders'],
    'identityProviders must be names with purpose local: the local cloud creates no providers',
    ({ purpose, identityProviders }) =>
      purpose === 'local' && identityProviders.some((provider) => typeof provider !== 'string'),
  ),
  rule(
    ['purpose', 'eventBus'],
    'eventBus must not be given with purpose local: the local cloud has no pipes to a bus',
    ({ purpose, eventBus }) => purpose === 'local' && eventBus !== null,
  ),
  rule(
    ['signInUrl', 'userPoolId'],
    'signInUrl must be given with userPoolId, and only with it',
    ({ userPoolId, signInUrl }) => (userPoolId === null) !== (signInUrl === null),
  ),
  rule(
    ['domainPrefix', 'userPoolId'],
    'domainPrefix must not be given with userPoolId: that pool has its own sign-in domain',
    ({ userPoolId, domainPrefix }) => userPoolId !== null && domainPrefix !== null,
  ),
  rule(
    ['mailFrom', 'userPoolId'],
    'mailFrom must not be given with userPoolId: that pool has a sender of its own',
    ({ userPoolId, mailFrom }) => userPoolId !== null && mailFrom !== null,
  ),
  ...(['mailReplyTo', 'mailRegion'] as const).map((name) =>
    rule(
      [name, 'mailFrom'],
      `${name} must not be given without mailFrom`,
      ({ mailFrom, [name]: given }) => mailFrom === null && given !== null,
    ),
  ),
  ...(['noticesHelp', 'noticesRegion', 'noticesTexts'] as const).map((name) =>
    rule(
      [name, 'noticesFrom'],
      `${name} must not be given without noticesFrom`,
      ({ noticesFrom, [name]: given }) => noticesFrom === null && given !== null,
    ),
  ),
  rule(
    ['apiCertificateArn', 'apiDomain'],
    'apiCertificateArn must be given with apiDomain, and only with it',
    ({ apiDomain, apiCertificateArn }) => (apiDomain === null) !== (apiCertificateArn === null),
  ),
  rule(
    ['apiHostedZoneId', 'apiDomain'],
    'apiHostedZoneId must not be given without apiDomain',
    ({ apiDomain, apiHostedZoneId }) => apiDomain === null && apiHostedZoneId !== null,
  ),
  rule(
    ['auditRetentionDays', 'logRetentionDays'],
    'auditRetentionDays must not be less than logRetentionDays',
    ({ auditRetentionDays, logRetentionDays }) =>
      auditRetentionDays !== null && auditRetentionDays < logRetentionDays,
  ),
  rule(
    ['region', 'replicaRegions'],
    'region must be given with replicaRegions',
    ({ region, replicaRegions }) => region === null && replicaRegions.length > 0,
  ),
  rule(
    ['region', 'kmsKeyArn'],
    'region must be given with kmsKeyArn',
    ({ region, kmsKeyArn }) => region === null && kmsKeyArn !== null,
  ),
  rule(
    ['replicaRegions', 'region'],
    'replicaRegions must name other regions than region, each once',
    ({ region, replicaRegions }) => {
      const all = [region, ...replicaRegions];
      return new Set(all).size < all.length;
    },
  ),
  rule(
    ['kmsKeyArn', 'replicaRegions'],
    'kmsKeyArn must be a multi-Region key (key/mrk-...) with replicaRegions',
    ({ kmsKeyArn, replicaRegions }) =>
      replicaRegions.length > 0 && kmsKeyArn !== null && !kmsKeyArn.includes(':key/mrk-'),
  ),
  ...(['kmsKeyArn', 'apiCertificateArn', 'userPoolId'] as const).map((name) =>
    rule(
      [name, 'region'],
      `${name} must be in the region of the setting region`,
      ({ region, [name]: id }) =>
        region !== null &&
        id !== null &&
        !(id.includes(`:${region}:`) || id.startsWith(`${region}_`)),
    ),
  ),
];

/**
 * Messages of all rules that these settings violate.
 * @param wrong settings that are wrong by themselves: rules about them say nothing
 */
export function conflictsIn(settings: CompletedSettings, wrong: readonly string[] = []): string[] {
  return RULES.filter(({ keys }) => !keys.some((key) => wrong.includes(key)))
    .filter(({ isViolated }) => isViolated(settings))
    .map(({ message }) => message);
}

function hostsOf(urls: readonly string[] | null): string[] {
  return (urls ?? []).map((url) => new URL(url).hostname);
}

function isOwnMachine(host: string): boolean {
  return /^(?:(?:.+\.)?localhost|127\..+|\[::1\])$/.test(host);
}

/** Google's provider is always named `Google`, so no other may have that name. */
function nameOfProvider(provider: Settings['identityProviders'][number]): string {
  if (typeof provider === 'string') return provider;
  return provider.type === 'google' ? 'Google' : provider.name;
}
