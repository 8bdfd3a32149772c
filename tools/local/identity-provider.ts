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

/** A user at the provider. */
export interface ProviderIdentity {
  subject: string;
  email: string;
}

/** A running provider. */
export interface IdentityProvider {
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts the provider on a free port. The parameters `login_hint` (the subject) and `email` of its
 * authorization endpoint choose who signs in. Redirects go to the local cloud, whatever host name
 * the user pool has.
 */
export async function startIdentityProvider(
  endpoint: string,
  defaultIdentity: ProviderIdentity,
): Promise<IdentityProvider> {
  const server = new OAuth2Server();
  const signedIn = new Map<string, ProviderIdentity>();
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  const url = `http://127.0.0.1:${server.address().port}`;
  server.issuer.url = url;
  server.service.on(
    'beforeAuthorizeRedirect',
    (redirect: MutableRedirectUri, request: IncomingMessage) => {
      const query = new URL(request.url ?? '/', url).searchParams;
      signedIn.set(redirect.url.searchParams.get('code') ?? '', {
        subject: query.get('login_hint') ?? defaultIdentity.subject,
        email: query.get('email') ?? defaultIdentity.email,
      });
      const { protocol, host } = new URL(endpoint);
      Object.assign(redirect.url, { protocol, host });
    },
  );
  server.service.on(
    'beforeTokenSigning',
    ({ payload }: MutableToken, { body }: TokenRequestIncomingMessage) => {
      const person = signedIn.get(body.code ?? '') ?? defaultIdentity;
      Object.assign(payload, { sub: person.subject, email: person.email });
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
      authorize_scopes: 'openid email',
      attributes_request_method: 'GET',
      oidc_issuer: providerUrl,
      authorize_url: `${providerUrl}/authorize`,
      token_url: `${providerUrl}/token`,
      attributes_url: `${providerUrl}/userinfo`,
      jwks_uri: `${providerUrl}/jwks`,
    },
    AttributeMapping: { email: 'email', username: 'sub' },
  };
  const create = new CreateIdentityProviderCommand({ ...provider, ProviderType: 'OIDC' });
  await client.send(create).catch((error) => {
    if (!(error instanceof DuplicateProviderException)) throw error;
    return client.send(new UpdateIdentityProviderCommand(provider));
  });
}
