/** Creates the identity providers that the settings declare. Knows no client of the user pool. */
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

/** The usual name of the e-mail claim in SAML assertions. */
const SAML_EMAIL = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress';

/** Creates the provider in the pool. @returns its name, for the app clients */
export function createIdentityProvider(
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
        // Safe: this unwraps a reference that CloudFormation resolves, not the secret.
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

/** A dynamic reference that CloudFormation resolves on deployment: no secret in the template. */
function secretOf(arn: string): SecretValue {
  return SecretValue.secretsManager(arn);
}
