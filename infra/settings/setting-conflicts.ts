/** Rules about combinations of settings, each with its error message. */
import type { Settings } from './settings-schema.ts';

interface Rule {
  /** Starts with the setting to change, followed by "must ...". */
  message: string;
  isViolated: (settings: Settings) => boolean;
}

const RULES: readonly Rule[] = [
  ...(['callbackUrls', 'logoutUrls', 'corsOrigins'] as const).map((name) => ({
    message: `${name} must not name 127.0.0.1 outside stage local`,
    isViolated: ({ stage, [name]: urls }: Settings) =>
      stage !== 'local' && (urls ?? []).some((url) => new URL(url).hostname === '127.0.0.1'),
  })),
  {
    message: 'identityProviders must not list a provider twice',
    isViolated: ({ identityProviders }) => {
      const names = identityProviders.map(nameOfProvider);
      return new Set(names).size < names.length;
    },
  },
  {
    message: 'identityProviders must be names in stage local: the local cloud creates no providers',
    isViolated: ({ stage, identityProviders }) =>
      stage === 'local' && identityProviders.some((provider) => typeof provider !== 'string'),
  },
  {
    message: 'eventBus must not be given in stage local: the local cloud has no pipes to a bus',
    isViolated: ({ stage, eventBus }) => stage === 'local' && eventBus !== null,
  },
  {
    message: 'signInUrl must be given with userPoolId, and only with it',
    isViolated: ({ userPoolId, signInUrl }) => (userPoolId === null) !== (signInUrl === null),
  },
  {
    message: 'domainPrefix must not be given with userPoolId: that pool has its own sign-in domain',
    isViolated: ({ userPoolId, domainPrefix }) => userPoolId !== null && domainPrefix !== null,
  },
  {
    message: 'mailFrom must not be given with userPoolId: that pool has a sender of its own',
    isViolated: ({ userPoolId, mailFrom }) => userPoolId !== null && mailFrom !== null,
  },
  ...(['mailReplyTo', 'mailRegion'] as const).map((name) => ({
    message: `${name} must not be given without mailFrom`,
    isViolated: ({ mailFrom, [name]: given }: Settings) => mailFrom === null && given !== null,
  })),
  ...(['noticesHelp', 'noticesRegion', 'noticesTexts'] as const).map((name) => ({
    message: `${name} must not be given without noticesFrom`,
    isViolated: ({ noticesFrom, [name]: given }: Settings) =>
      noticesFrom === null && given !== null,
  })),
  {
    message: 'apiCertificateArn must be given with apiDomain, and only with it',
    isViolated: ({ apiDomain, apiCertificateArn }) =>
      (apiDomain === null) !== (apiCertificateArn === null),
  },
  {
    message: 'apiHostedZoneId must not be given without apiDomain',
    isViolated: ({ apiDomain, apiHostedZoneId }) => apiDomain === null && apiHostedZoneId !== null,
  },
  {
    message: 'auditRetentionDays must not be less than logRetentionDays',
    isViolated: ({ auditRetentionDays, logRetentionDays }) =>
      auditRetentionDays !== null && auditRetentionDays < logRetentionDays,
  },
  {
    message: 'region must be given with replicaRegions',
    isViolated: ({ region, replicaRegions }) => region === null && replicaRegions.length > 0,
  },
  {
    message: 'region must be given with kmsKeyArn',
    isViolated: ({ region, kmsKeyArn }) => region === null && kmsKeyArn !== null,
  },
  {
    message: 'replicaRegions must name other regions than region, each once',
    isViolated: ({ region, replicaRegions }) => {
      const all = [region, ...replicaRegions];
      return new Set(all).size < all.length;
    },
  },
  {
    message: 'kmsKeyArn must be a multi-Region key (key/mrk-...) with replicaRegions',
    isViolated: ({ kmsKeyArn, replicaRegions }) =>
      replicaRegions.length > 0 && kmsKeyArn !== null && !kmsKeyArn.includes(':key/mrk-'),
  },
  ...(['kmsKeyArn', 'apiCertificateArn', 'userPoolId'] as const).map((name) => ({
    message: `${name} must be in the region of the setting region`,
    isViolated: ({ region, [name]: id }: Settings) =>
      region !== null &&
      id !== null &&
      !(id.includes(`:${region}:`) || id.startsWith(`${region}_`)),
  })),
];

/** Messages of all rules that these settings violate. */
export function conflictsIn(settings: Settings): string[] {
  return RULES.filter(({ isViolated }) => isViolated(settings)).map(({ message }) => message);
}

/** Google's provider is always named `Google`, so no other may have that name. */
function nameOfProvider(provider: Settings['identityProviders'][number]): string {
  if (typeof provider === 'string') return provider;
  return provider.type === 'google' ? 'Google' : provider.name;
}
