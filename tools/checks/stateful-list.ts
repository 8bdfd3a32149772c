/**
 * What of a template must never be replaced: the resources that hold state or an address, and those
 * of their properties that cannot change without a new resource. Knows no file.
 */
import * as v from 'valibot';

/**
 * By type: properties at whose change CloudFormation makes a new resource (createOnlyProperties and
 * conditionalCreateOnlyProperties of its resource schemas), and those that the service refuses to
 * change, so that only a new resource could.
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

/** One resource that must stay, with what of it must stay the same. */
export interface StatefulResource {
  type: string;
  fixed: Record<string, unknown>;
}

/** The resources of a template that must never be replaced, by logical id, in order of the ids. */
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
