/** Mock of a company's identity provider (OIDC): signs in the requested identity without a form. */
import type { IncomingMessage } from 'node:http';
import {
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  DuplicateProviderException,
  UpdateIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  type MutableRedirectUri,
  type MutableToken,
  OAuth2Server,
  type TokenRequestIncomingMessage,
} from 'oauth2-mock-server';
import { clientSettings } from '../support/cloud-access.ts';

/** The provider's name in the user pool. */
export const PROVIDER_NAME = 'PartnerSSO';

/** A user at the provider: claims by their names in OpenID Connect, `sub` aside. */
export interface ProviderIdentity {
  subject: string;
  email: string;
  name?: string;
  picture?: string;
}

/** A running provider. */
export interface IdentityProvider {
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts the provider on a free port. Parameters of its authorization endpoint choose who signs in:
 * `login_hint` is the subject, `email`, `name` and `picture` are the claims. Redirects go to the local
 * cloud, whatever host name the user pool has.
 */
export async function startIdentityProvider(
  endpoint: string,
  { subject, ...defaultClaims }: ProviderIdentity,
): Promise<IdentityProvider> {
  const server = new OAuth2Server();
  const defaults = { sub: subject, ...defaultClaims };
  const signedIn = new Map<string, object>();
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  const url = `http://127.0.0.1:${server.address().port}`;
  server.issuer.url = url;
  server.service.on(
    'beforeAuthorizeRedirect',
    (redirect: MutableRedirectUri, request: IncomingMessage) => {
      const query = Object.fromEntries(new URL(request.url ?? '/', url).searchParams);
      const { login_hint: sub, email, name, picture } = query;
      const claims = sub === undefined ? defaults : { sub, email, name, picture };
      signedIn.set(redirect.url.searchParams.get('code') ?? '', claims);
      const { protocol, host } = new URL(endpoint);
      Object.assign(redirect.url, { protocol, host });
    },
  );
  server.service.on(
    'beforeTokenSigning',
    ({ payload }: MutableToken, { body }: TokenRequestIncomingMessage) => {
      Object.assign(payload, signedIn.get(body.code ?? '') ?? defaults);
    },
  );
  return { url, stop: () => server.stop() };
}

/** Registers the provider in the user pool, or updates its URLs there. */
export async function registerIdentityProvider(
  endpoint: string,
  userPoolId: string,
  providerUrl: string,
): Promise<void> {
  const client = new CognitoIdentityProviderClient(clientSettings(endpoint));
  const provider = {
    UserPoolId: userPoolId,
    ProviderName: PROVIDER_NAME,
    ProviderDetails: {
      client_id: 'user-pool',
      client_secret: 'unused',
      authorize_scopes: 'openid email profile',
      attributes_request_method: 'GET',
      oidc_issuer: providerUrl,
      authorize_url: `${providerUrl}/authorize`,
      token_url: `${providerUrl}/token`,
      attributes_url: `${providerUrl}/userinfo`,
      jwks_uri: `${providerUrl}/jwks`,
    },
    AttributeMapping: { username: 'sub', email: 'email', name: 'name', picture: 'picture' },
  };
  const create = new CreateIdentityProviderCommand({ ...provider, ProviderType: 'OIDC' });
  await client.send(create).catch((error) => {
    if (!(error instanceof DuplicateProviderException)) throw error;
    return client.send(new UpdateIdentityProviderCommand(provider));
  });
}
