/** Settings that are right each by itself and wrong together, each with its sentence. */
import type { Settings } from './settings-schema.ts';

interface Conflict {
  /** Begins with the setting to change, and goes on "must ...". */
  rule: string;
  isViolated: (settings: Settings) => boolean;
}

const CONFLICTS: readonly Conflict[] = [
  ...(['callbackUrls', 'logoutUrls', 'corsOrigins'] as const).map((name) => ({
    rule: `${name} must not name 127.0.0.1 outside stage local`,
    isViolated: ({ stage, [name]: urls }: Settings) =>
      stage !== 'local' && (urls ?? []).some((url) => new URL(url).hostname === '127.0.0.1'),
  })),
  {
    rule: 'identityProviders must not list a provider twice',
    isViolated: ({ identityProviders }) => {
      const names = identityProviders.map(nameOfProvider);
      return new Set(names).size < names.length;
    },
  },
  {
    rule: 'identityProviders must be names in stage local, whose cloud makes no providers by template',
    isViolated: ({ stage, identityProviders }) =>
      stage === 'local' && identityProviders.some((provider) => typeof provider !== 'string'),
  },
  {
    rule: 'eventBus must not be given in stage local, whose cloud has no pipes to a bus',
    isViolated: ({ stage, eventBus }) => stage === 'local' && eventBus !== null,
  },
  {
    rule: 'signInUrl must be given with userPoolId, and only with it',
    isViolated: ({ userPoolId, signInUrl }) => (userPoolId === null) !== (signInUrl === null),
  },
  {
    rule: 'domainPrefix must not be given with userPoolId, whose sign-in domain is there already',
    isViolated: ({ userPoolId, domainPrefix }) => userPoolId !== null && domainPrefix !== null,
  },
  {
    rule: 'apiCertificateArn must be given with apiDomain, and only with it',
    isViolated: ({ apiDomain, apiCertificateArn }) =>
      (apiDomain === null) !== (apiCertificateArn === null),
  },
  {
    rule: 'apiHostedZoneId must not be given without apiDomain',
    isViolated: ({ apiDomain, apiHostedZoneId }) => apiDomain === null && apiHostedZoneId !== null,
  },
  {
    rule: 'region must be given with replicaRegions',
    isViolated: ({ region, replicaRegions }) => region === null && replicaRegions.length > 0,
  },
  {
    rule: 'replicaRegions must name other regions than region, each once',
    isViolated: ({ region, replicaRegions }) => {
      const all = [region, ...replicaRegions];
      return new Set(all).size < all.length;
    },
  },
  {
    rule: 'kmsKeyArn must be a multi-Region key (key/mrk-...) with replicaRegions',
    isViolated: ({ kmsKeyArn, replicaRegions }) =>
      replicaRegions.length > 0 && kmsKeyArn !== null && !kmsKeyArn.includes(':key/mrk-'),
  },
  ...(['kmsKeyArn', 'apiCertificateArn', 'userPoolId'] as const).map((name) => ({
    rule: `${name} must be of the region that region names`,
    isViolated: ({ region, [name]: id }: Settings) =>
      region !== null &&
      id !== null &&
      !(id.includes(`:${region}:`) || id.startsWith(`${region}_`)),
  })),
];

/** Every sentence that is true of these settings. */
export function conflictsIn(settings: Settings): string[] {
  return CONFLICTS.filter(({ isViolated }) => isViolated(settings)).map(({ rule }) => rule);
}

/** Google's provider has a name of its own, which the others must not take. */
function nameOfProvider(provider: Settings['identityProviders'][number]): string {
  if (typeof provider === 'string') return provider;
  return provider.type === 'google' ? 'Google' : provider.name;
}
