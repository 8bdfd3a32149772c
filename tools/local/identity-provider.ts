/** A stand-in for a company's identity provider: signs in whoever it is asked for, without a page. */
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

/** A person as the provider knows them. */
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
 * Starts the provider on a free port. Its authorize address takes `login_hint` (the subject) and
 * `email` to say who signs in; without them it is the given person. It sends people back to the
 * local cloud, whatever host name the user pool has.
 */
export async function startIdentityProvider(
  endpoint: string,
  ordinaryPerson: ProviderIdentity,
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
        subject: query.get('login_hint') ?? ordinaryPerson.subject,
        email: query.get('email') ?? ordinaryPerson.email,
      });
      const { protocol, host } = new URL(endpoint);
      Object.assign(redirect.url, { protocol, host });
    },
  );
  server.service.on(
    'beforeTokenSigning',
    ({ payload }: MutableToken, { body }: TokenRequestIncomingMessage) => {
      const person = signedIn.get(body.code ?? '') ?? ordinaryPerson;
      Object.assign(payload, { sub: person.subject, email: person.email });
    },
  );
  return { url, stop: () => server.stop() };
}

/** Makes the provider known to the user pool, or tells the pool the provider's new address. */
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
