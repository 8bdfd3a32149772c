/** Settings that are right each by itself and wrong together, each with its sentence. */
import type { Settings } from './settings-schema.ts';

interface Conflict {
  /** Begins with the setting to change, and goes on "must ...". */
  says: string;
  isMet: (settings: Settings) => boolean;
}

const CONFLICTS: readonly Conflict[] = [
  ...(['callbackUrls', 'logoutUrls', 'corsOrigins'] as const).map((name) => ({
    says: `${name} must not name 127.0.0.1 outside stage local`,
    isMet: ({ stage, [name]: urls }: Settings) =>
      stage !== 'local' && (urls ?? []).some((url) => new URL(url).hostname === '127.0.0.1'),
  })),
  {
    says: 'identityProviders must not list a provider twice',
    isMet: ({ identityProviders }) => {
      const names = identityProviders.map(nameOfProvider);
      return new Set(names).size < names.length;
    },
  },
  {
    says: 'identityProviders must be names in stage local, whose cloud makes no providers by template',
    isMet: ({ stage, identityProviders }) =>
      stage === 'local' && identityProviders.some((provider) => typeof provider !== 'string'),
  },
  {
    says: 'eventBus must not be given in stage local, whose cloud has no pipes to a bus',
    isMet: ({ stage, eventBus }) => stage === 'local' && eventBus !== null,
  },
  {
    says: 'signInUrl must be given with userPoolId, and only with it',
    isMet: ({ userPoolId, signInUrl }) => (userPoolId === null) !== (signInUrl === null),
  },
  {
    says: 'domainPrefix must not be given with userPoolId, whose sign-in domain is there already',
    isMet: ({ userPoolId, domainPrefix }) => userPoolId !== null && domainPrefix !== null,
  },
  {
    says: 'apiCertificateArn must be given with apiDomain, and only with it',
    isMet: ({ apiDomain, apiCertificateArn }) =>
      (apiDomain === null) !== (apiCertificateArn === null),
  },
  {
    says: 'apiHostedZoneId must not be given without apiDomain',
    isMet: ({ apiDomain, apiHostedZoneId }) => apiDomain === null && apiHostedZoneId !== null,
  },
  {
    says: 'region must be given with replicaRegions',
    isMet: ({ region, replicaRegions }) => region === null && replicaRegions.length > 0,
  },
  {
    says: 'replicaRegions must name other regions than region, each once',
    isMet: ({ region, replicaRegions }) => {
      const all = [region, ...replicaRegions];
      return new Set(all).size < all.length;
    },
  },
  {
    says: 'kmsKeyArn must be a multi-Region key (key/mrk-...) with replicaRegions',
    isMet: ({ kmsKeyArn, replicaRegions }) =>
      replicaRegions.length > 0 && kmsKeyArn !== null && !kmsKeyArn.includes(':key/mrk-'),
  },
  ...(['kmsKeyArn', 'apiCertificateArn', 'userPoolId'] as const).map((name) => ({
    says: `${name} must be of the region that region names`,
    isMet: ({ region, [name]: id }: Settings) =>
      region !== null &&
      id !== null &&
      !(id.includes(`:${region}:`) || id.startsWith(`${region}_`)),
  })),
];

/** Every sentence that is true of these settings. */
export function conflictsIn(settings: Settings): string[] {
  return CONFLICTS.filter(({ isMet }) => isMet(settings)).map(({ says }) => says);
}

/** Google's provider has a name of its own, which the others must not take. */
function nameOfProvider(provider: Settings['identityProviders'][number]): string {
  if (typeof provider === 'string') return provider;
  return provider.type === 'google' ? 'Google' : provider.name;
}
