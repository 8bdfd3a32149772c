/** Identity providers of the user pool that the settings declare. Knows no client of the pool. */
import { SecretValue } from 'aws-cdk-lib';
import {
  type AttributeMapping,
  type IUserPool,
  ProviderAttribute,
  UserPoolIdentityProviderGoogle,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import type { DeclaredProvider } from '../settings/sign-in-settings.ts';

/** The claim of that name in SAML assertions. */
const SAML_EMAIL = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';

/** Makes the provider in the pool, and says under which name clients offer it. */
export function makeIdentityProvider(
  scope: Construct,
  userPool: IUserPool,
  provider: DeclaredProvider,
): string {
  switch (provider.type) {
    case 'google':
      return new UserPoolIdentityProviderGoogle(scope, 'Google', {
        userPool,
        clientId: provider.clientId,
        clientSecretValue: secretOf(provider.clientSecretArn),
        scopes: ['openid', 'email'],
        attributeMapping: { email: ProviderAttribute.GOOGLE_EMAIL },
      }).providerName;
    case 'oidc':
      return new UserPoolIdentityProviderOidc(scope, provider.name, {
        userPool,
        name: provider.name,
        issuerUrl: provider.issuer,
        clientId: provider.clientId,
        // Unwrapping gives the reference that CloudFormation resolves, not the secret.
        clientSecret: secretOf(provider.clientSecretArn).unsafeUnwrap(),
        scopes: ['openid', 'email'],
        attributeMapping: mapEmail('email'),
      }).providerName;
    case 'saml':
      return new UserPoolIdentityProviderSaml(scope, provider.name, {
        userPool,
        name: provider.name,
        metadata: UserPoolIdentityProviderSamlMetadata.url(provider.metadataUrl),
        attributeMapping: mapEmail(SAML_EMAIL),
      }).providerName;
  }
}

function mapEmail(claim: string): AttributeMapping {
  return { email: ProviderAttribute.other(claim) };
}

/** A reference that CloudFormation resolves while it deploys: the template never has the secret. */
function secretOf(arn: string): SecretValue {
  return SecretValue.secretsManager(arn);
}
