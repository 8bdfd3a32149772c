/**
 * Cognito's managed login for one app client: its pages, and that this client asks for credentials
 * at every sign-in. Whoever holds another browser's cookie gets no tokens with it.
 */
import { CfnResource, Validations } from 'aws-cdk-lib';
import { CfnManagedLoginBranding } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';

/** Gives the client Cognito's own style: without a style it has no pages (managed login, version 2). */
export function addBranding(scope: Construct, userPoolId: string, clientId: string): void {
  new CfnManagedLoginBranding(scope, 'SpaBranding', {
    userPoolId,
    clientId,
    useCognitoProvidedValues: true,
  });
}

/**
 * Makes Cognito keep a record of each session, so that all of a user can be ended, and lets this
 * client reuse none of another sign-in.
 */
export function addSessionTracking(scope: Construct, UserPoolId: string, ClientId: string): void {
  const tracking = newType(
    scope,
    'Sessions',
    'AWS::Cognito::UserPoolSessionConfigurationAttachment',
    {
      UserPoolId,
      UserSessionTracking: 'ENABLED',
      // The maximum: with more, Cognito signs out where the person has been away longest.
      TokenSession: { MaxPerUser: 100 },
    },
  );
  newType(scope, 'SpaSessions', 'AWS::Cognito::UserPoolClientSessionConfigurationAttachment', {
    UserPoolId,
    ClientId,
    SSOSession: { MaxValidityMinutes: 0 },
  }).addResourceDependency(tracking);
}

/** A resource of a type that CloudFormation knows, and the pinned CDK and its validation do not yet. */
function newType(scope: Construct, id: string, type: string, properties: object): CfnResource {
  const resource = new CfnResource(scope, id, { type, properties });
  Validations.of(resource).acknowledge({
    id: 'CloudFormation-Validate::F3006',
    reason: 'The type is in the CloudFormation template reference since 2026.',
  });
  resource.addMetadata('cfn-lint', { config: { ignore_checks: ['E3006'] } });
  return resource;
}
