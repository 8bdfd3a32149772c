/** Creates the identity providers that the settings declare. Knows no client of the user pool. */
import { SecretValue } from 'aws-cdk-lib';
import {
  type IUserPool,
  ProviderAttribute,
  UserPoolIdentityProviderGoogle,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import type { DeclaredProvider } from '../settings/sign-in-settings.ts';
import type { StageConfig } from '../settings/stage-config.ts';

/** Prefix of the usual names in SAML assertions. */
const SAML_CLAIM = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';

/** Creates the provider in the pool. @returns its name, for the app clients */
export function createIdentityProvider(
  scope: Construct,
  userPool: IUserPool,
  provider: DeclaredProvider,
  config: Pick<StageConfig, 'profileSource' | 'profileAttributes'>,
): string {
  const isTaken = config.profileSource !== 'never';
  const scopes = isTaken ? ['openid', 'email', 'profile'] : ['openid', 'email'];
  switch (provider.type) {
    case 'google':
      return new UserPoolIdentityProviderGoogle(scope, 'Google', {
        userPool,
        clientId: provider.clientId,
        clientSecretValue: secretOf(provider.clientSecretArn),
        scopes,
        attributeMapping: {
          email: ProviderAttribute.GOOGLE_EMAIL,
          ...(isTaken && {
            fullname: ProviderAttribute.GOOGLE_NAME,
            givenName: ProviderAttribute.GOOGLE_GIVEN_NAME,
            familyName: ProviderAttribute.GOOGLE_FAMILY_NAME,
            profilePicture: ProviderAttribute.GOOGLE_PICTURE,
          }),
        },
      }).providerName;
    case 'oidc':
      return new UserPoolIdentityProviderOidc(scope, provider.name, {
        userPool,
        name: provider.name,
        issuerUrl: provider.issuer,
        clientId: provider.clientId,
        // Safe: this unwraps a reference that CloudFormation resolves, not the secret.
        clientSecret: secretOf(provider.clientSecretArn).unsafeUnwrap(),
        scopes,
        attributeMapping: {
          email: claim('email'),
          ...(isTaken && {
            fullname: claim('name'),
            givenName: claim('given_name'),
            familyName: claim('family_name'),
            profilePicture: claim('picture'),
            custom: customClaims(config.profileAttributes),
          }),
        },
      }).providerName;
    case 'saml':
      return new UserPoolIdentityProviderSaml(scope, provider.name, {
        userPool,
        name: provider.name,
        metadata: UserPoolIdentityProviderSamlMetadata.url(provider.metadataUrl),
        attributeMapping: {
          email: claim(`${SAML_CLAIM}emailaddress`),
          // No claim for the whole name: under the usual one Microsoft Entra sends a sign-in name.
          ...(isTaken && {
            givenName: claim(`${SAML_CLAIM}givenname`),
            familyName: claim(`${SAML_CLAIM}surname`),
            profilePicture: claim('picture'),
            custom: customClaims(config.profileAttributes),
          }),
        },
      }).providerName;
  }
}

const claim = (name: string) => ProviderAttribute.other(name);

/** A custom attribute is mapped from the claim of its name. */
function customClaims(
  attributes: StageConfig['profileAttributes'],
): Record<string, ProviderAttribute> {
  const names = Object.values(attributes);
  return Object.fromEntries(names.map((name) => [name, claim(name.replace('custom:', ''))]));
}

/** A dynamic reference that CloudFormation resolves on deployment: no secret in the template. */
function secretOf(arn: string): SecretValue {
  return SecretValue.secretsManager(arn);
}
