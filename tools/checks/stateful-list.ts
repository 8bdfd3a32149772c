/**
 * Lists the resources of a template that must never be replaced, because they hold state or a public
 * URL, with those of their properties whose change forces a replacement.
 */
import * as v from 'valibot';

/**
 * By type: properties whose change makes CloudFormation replace the resource (createOnlyProperties
 * and conditionalCreateOnlyProperties of its schema), and those that the service refuses to change.
 */
const FIXED_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  'AWS::ApiGateway::DomainName': ['DomainName'],
  'AWS::ApiGateway::RestApi': [],
  'AWS::Cognito::UserPool': [
    'AliasAttributes',
    'Schema',
    'UsernameAttributes',
    'UsernameConfiguration',
  ],
  'AWS::Cognito::UserPoolClient': ['GenerateSecret', 'UserPoolId'],
  'AWS::Cognito::UserPoolDomain': ['Domain', 'UserPoolId'],
  'AWS::Cognito::UserPoolIdentityProvider': ['ProviderName', 'ProviderType', 'UserPoolId'],
  'AWS::Cognito::UserPoolResourceServer': ['Identifier', 'UserPoolId'],
  'AWS::DynamoDB::GlobalTable': [
    'AttributeDefinitions',
    'GlobalTableSourceArn',
    'KeySchema',
    'LocalSecondaryIndexes',
    'TableName',
  ],
  'AWS::Logs::LogGroup': ['LogGroupName'],
};

const TemplateSchema = v.object({
  Resources: v.record(
    v.string(),
    v.object({
      Type: v.string(),
      Properties: v.optional(v.record(v.string(), v.unknown()), {}),
    }),
  ),
});

/** A resource that must not be replaced, with the properties that must not change. */
export interface StatefulResource {
  type: string;
  fixed: Record<string, unknown>;
}

/** The resources of a template that must not be replaced, sorted by logical id. */
export function statefulResourcesOf(template: unknown): Record<string, StatefulResource> {
  const { Resources } = v.parse(TemplateSchema, template);
  const found = Object.entries(Resources).flatMap(([id, { Type: type, Properties }]) => {
    const names = FIXED_PROPERTIES[type];
    if (names === undefined) return [];
    const given = names.filter((name) => Properties[name] !== undefined);
    const fixed = Object.fromEntries(given.map((name) => [name, Properties[name]]));
    return [[id, { type, fixed }] as const];
  });
  return Object.fromEntries(found.sort(([one], [other]) => (one < other ? -1 : 1)));
}
