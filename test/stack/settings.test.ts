import { describe, expect, it } from 'vitest';
import { ENV } from '../../lib/config.ts';
import { ALL_SETTINGS, ALL_SETTINGS_OWN_POOL } from '../../tools/checks/all-settings.ts';
import { functionOf, resourcesOf, synthesised, templateOf, theOne } from './synthesised.ts';

const every = synthesised(ALL_SETTINGS);
const ownPool = synthesised(ALL_SETTINGS_OWN_POOL);
const standard = templateOf('production');

describe('the setting apiDomain', () => {
  it('puts the version of the contract below the name, over TLS 1.2 or newer', () => {
    const domain = theOne(every, 'AWS::ApiGateway::DomainName');
    const mapping = theOne(every, 'AWS::ApiGateway::BasePathMapping');

    expect(domain.Properties).toMatchObject({
      DomainName: 'api.example.com',
      RegionalCertificateArn: ALL_SETTINGS.apiCertificateArn,
      EndpointConfiguration: { Types: ['REGIONAL'] },
      SecurityPolicy: 'TLS_1_2',
    });
    expect(mapping.Properties).toMatchObject({
      BasePath: 'v1',
      DomainName: { Ref: domain.id },
      RestApiId: { Ref: theOne(every, 'AWS::ApiGateway::RestApi').id },
      Stage: { Ref: theOne(every, 'AWS::ApiGateway::Stage').id },
    });
    expect(every.findOutputs('ApiUrl')['ApiUrl']?.['Value']).toBe('https://api.example.com/v1');
  });

  it('makes the DNS record in the hosted zone, or says what to make it of', () => {
    const target = { 'Fn::GetAtt': [expect.stringMatching(/DomainName/), 'RegionalDomainName'] };

    expect(theOne(every, 'AWS::Route53::RecordSet').Properties).toMatchObject({
      Name: 'api.example.com.',
      Type: 'A',
      HostedZoneId: 'Z0123456789ABCDEF',
      AliasTarget: { DNSName: target },
    });
    expect(every.findOutputs('ApiDnsTarget')).toEqual({});
    expect(resourcesOf(ownPool, 'AWS::Route53::RecordSet')).toEqual([]);
    expect(ownPool.findOutputs('ApiDnsTarget')['ApiDnsTarget']?.['Value']).toEqual(target);
  });

  it('makes nothing when it is not given', () => {
    expect(resourcesOf(standard, 'AWS::ApiGateway::DomainName')).toEqual([]);
    expect(standard.findOutputs('ApiDnsTarget')).toEqual({});
  });
});

describe('the setting webAclRateLimit', () => {
  const { Rules, Scope, DefaultAction } = theOne(every, 'AWS::WAFv2::WebACL').Properties;

  it('stands in front of the stage of the API', () => {
    const { ResourceArn, WebACLArn } = theOne(every, 'AWS::WAFv2::WebACLAssociation').Properties;

    expect(WebACLArn).toEqual({ 'Fn::GetAtt': [theOne(every, 'AWS::WAFv2::WebACL').id, 'Arn'] });
    expect(JSON.stringify(ResourceArn)).toContain(theOne(every, 'AWS::ApiGateway::RestApi').id);
    expect(JSON.stringify(ResourceArn)).toContain(theOne(every, 'AWS::ApiGateway::Stage').id);
    expect({ Scope, DefaultAction }).toEqual({ Scope: 'REGIONAL', DefaultAction: { Allow: {} } });
  });

  it('blocks an address above the limit, before anything else', () => {
    const [first] = Rules.toSorted((a: Rule, b: Rule) => a.Priority - b.Priority);

    expect(first).toMatchObject({
      Action: { Block: {} },
      Statement: {
        RateBasedStatement: { Limit: 2000, AggregateKeyType: 'IP', EvaluationWindowSec: 300 },
      },
    });
  });

  it("uses AWS's rules, but never blocks a body for its size or its text", () => {
    const groups = Rules.slice(1).map((rule: Rule) => rule.Statement['ManagedRuleGroupStatement']);
    const counting = groups.flatMap((group: Group) => group.RuleActionOverrides ?? []);

    expect(groups.map(({ Name }: Group) => Name)).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
    ]);
    for (const Name of [...BODY_RULES, 'NoUserAgent_HEADER']) {
      expect(counting).toContainEqual({ Name, ActionToUse: { Count: {} } });
    }
  });

  it('keeps no samples of requests, whose headers hold tokens', () => {
    expect(JSON.stringify(theOne(every, 'AWS::WAFv2::WebACL'))).not.toContain(
      '"SampledRequestsEnabled":true',
    );
  });

  it('makes no web ACL when it is not given', () => {
    expect(resourcesOf(standard, 'AWS::WAFv2::WebACL')).toEqual([]);
  });
});

/** Every rule about bodies in the documentation of these groups. */
const BODY_RULES = [
  'CrossSiteScripting_BODY',
  'EC2MetaDataSSRF_BODY',
  'GenericLFI_BODY',
  'GenericRFI_BODY',
  'JavaDeserializationRCE_BODY',
  'Log4JRCE_BODY',
  'ReactJSRCE_BODY',
  'SizeRestrictions_BODY',
];

interface Rule {
  Priority: number;
  Statement: Record<string, unknown>;
}
interface Group {
  Name: string;
  RuleActionOverrides?: unknown[];
}

describe('the setting kmsKeyArn', () => {
  const replicasOf = () => theOne(every, 'AWS::DynamoDB::GlobalTable').Properties.Replicas;

  it('encrypts the table with the key, and each copy with its own copy of the key', () => {
    const keys = replicasOf().map((replica: Replica) => [
      replica.Region,
      replica.SSESpecification.KMSMasterKeyId,
    ]);

    expect(Object.fromEntries(keys)).toEqual({
      'eu-west-1': ALL_SETTINGS.kmsKeyArn,
      'eu-west-2': ALL_SETTINGS.kmsKeyArn.replace('eu-west-1', 'eu-west-2'),
      'eu-central-1': ALL_SETTINGS.kmsKeyArn.replace('eu-west-1', 'eu-central-1'),
    });
  });

  it('encrypts every log', () => {
    const logs = resourcesOf(every, 'AWS::Logs::LogGroup');

    expect(logs.length).toBeGreaterThanOrEqual(3);
    for (const { Properties } of logs) expect(Properties.KmsKeyId).toBe(ALL_SETTINGS.kmsKeyArn);
  });

  it('lets the functions use the key through DynamoDB alone', () => {
    const statements = resourcesOf(every, 'AWS::IAM::Policy')
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Resource, Condition }) => Resource === ALL_SETTINGS.kmsKeyArn && Condition);

    expect(statements).toHaveLength(2);
    for (const { Action, Condition } of statements) {
      expect(Action).toEqual(expect.arrayContaining(['kms:Decrypt']));
      expect(JSON.stringify(Action)).not.toContain('*');
      expect(JSON.stringify(Condition.StringEquals['kms:ViaService'])).toContain('dynamodb.');
    }
  });
});

interface Replica {
  Region: string;
  SSESpecification: { KMSMasterKeyId: string };
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: boolean };
  DeletionProtectionEnabled: boolean;
}

describe('the setting replicaRegions', () => {
  const { Replicas, ...table } = theOne(every, 'AWS::DynamoDB::GlobalTable').Properties;

  it('copies the table, protected and recoverable everywhere', () => {
    expect(Replicas.map(({ Region }: Replica) => Region)).toEqual([
      'eu-west-2',
      'eu-central-1',
      'eu-west-1',
    ]);
    for (const replica of Replicas as Replica[]) {
      expect(replica.DeletionProtectionEnabled).toBe(true);
      expect(replica.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled).toBe(true);
    }
  });

  it('copies in the kind that takes transactions', () => {
    expect(table).not.toHaveProperty('MultiRegionConsistency');
  });

  it('lets the functions write in their own region alone', () => {
    const statements = resourcesOf(every, 'AWS::IAM::Policy')
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => Action.includes('dynamodb:PutItem'));

    expect(statements).toHaveLength(2);
    for (const { Resource } of statements) {
      expect(Resource).toEqual({
        'Fn::GetAtt': [theOne(every, 'AWS::DynamoDB::GlobalTable').id, 'Arn'],
      });
    }
  });
});

describe('the setting userPoolId', () => {
  it('makes neither a pool nor a domain', () => {
    expect(resourcesOf(every, 'AWS::Cognito::UserPool')).toEqual([]);
    expect(resourcesOf(every, 'AWS::Cognito::UserPoolDomain')).toEqual([]);
  });

  it('makes the scopes and the client of the page in that pool', () => {
    for (const type of ['UserPoolResourceServer', 'UserPoolClient'] as const) {
      const { UserPoolId } = theOne(every, `AWS::Cognito::${type}`).Properties;
      expect(UserPoolId).toBe('eu-west-1_Ab12Cd34E');
    }
  });

  it('takes the tokens of that pool, and changes its people alone', () => {
    const authorizer = theOne(every, 'AWS::ApiGateway::Authorizer').Properties;
    const people = resourcesOf(every, 'AWS::IAM::Policy')
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => Action.includes('cognito-idp:AdminGetUser'));

    expect(people).toHaveLength(2);
    for (const name of [...authorizer.ProviderARNs, ...people.map(({ Resource }) => Resource)]) {
      expect(JSON.stringify(name)).toMatch(/:userpool\/eu-west-1_Ab12Cd34E"/);
    }
    expect(functionOf(every, 'GetMe').Properties.Environment.Variables[ENV.userPoolId]).toBe(
      'eu-west-1_Ab12Cd34E',
    );
  });

  it('leaves its session tracking alone, and gives the page a style for its managed login', () => {
    expect(JSON.stringify(every.toJSON())).not.toContain('SessionConfigurationAttachment');
    expect(theOne(every, 'AWS::Cognito::ManagedLoginBranding').Properties.UserPoolId).toBe(
      'eu-west-1_Ab12Cd34E',
    );
  });

  it('sends people to its sign-in', () => {
    const { AuthorizeUrl, TokenUrl, UserPoolId } = every.findOutputs('*');

    expect(AuthorizeUrl?.['Value']).toBe('https://login.example.com/oauth2/authorize');
    expect(TokenUrl?.['Value']).toBe('https://login.example.com/oauth2/token');
    expect(UserPoolId?.['Value']).toBe('eu-west-1_Ab12Cd34E');
  });
});

describe('the settings of mail', () => {
  const mailOf = (settings: Record<string, unknown>) =>
    theOne(synthesised(settings), 'AWS::Cognito::UserPool').Properties.EmailConfiguration;
  it('make Cognito send through the verified domain, with the address for replies', () => {
    const { SourceArn, ...mail } = theOne(ownPool, 'AWS::Cognito::UserPool').Properties
      .EmailConfiguration;

    expect(mail).toEqual({
      EmailSendingAccount: 'DEVELOPER',
      From: 'accounts@example.com',
      ReplyToEmailAddress: 'help@example.com',
    });
    expect(JSON.stringify(SourceArn)).toMatch(/:ses:eu-central-1:.*:identity\/example\.com"/);
  });

  it('take the region of the deployment, also where the settings do not name it', () => {
    const { SourceArn } = mailOf({ mailFrom: 'accounts@example.com' });

    expect(JSON.stringify(SourceArn)).toContain(':ses:",{"Ref":"AWS::Region"},":');
  });

  it("are Cognito's own sender by default", () => {
    expect(mailOf({})).toEqual({ EmailSendingAccount: 'COGNITO_DEFAULT' });
  });
});

describe('the settings of passwords', () => {
  it('are the rules of the pool', () => {
    expect(theOne(ownPool, 'AWS::Cognito::UserPool').Properties.Policies.PasswordPolicy).toEqual({
      MinimumLength: 16,
      RequireLowercase: true,
      RequireUppercase: false,
      RequireNumbers: true,
      RequireSymbols: false,
      TemporaryPasswordValidityDays: 7,
    });
  });

  it.each([every, ownPool])('are told to the functions', (template) => {
    const policy = functionOf(template, 'PatchMe').Properties.Environment.Variables;

    expect(JSON.parse(policy[ENV.passwordPolicy])).toEqual({
      minLength: 16,
      requireLowercase: true,
      requireUppercase: false,
      requireDigits: true,
      requireSymbols: false,
    });
  });
});

describe('declared identity providers', () => {
  const providers = resourcesOf(ownPool, 'AWS::Cognito::UserPoolIdentityProvider').map(
    ({ Properties }) => Properties,
  );

  it('are made in the pool, each with the e-mail mapped', () => {
    expect(providers.map(({ ProviderType }) => ProviderType)).toEqual(['OIDC', 'SAML', 'Google']);
    expect(providers.map(({ ProviderName }) => ProviderName)).toEqual([
      'Partner',
      'Corporate',
      'Google',
    ]);
    for (const { AttributeMapping, UserPoolId } of providers) {
      expect(AttributeMapping.email).toMatch(/email/);
      expect(UserPoolId).toEqual({ Ref: theOne(ownPool, 'AWS::Cognito::UserPool').id });
    }
  });

  it('give the profile, the company and the job title where the setting names attributes', () => {
    const custom = { 'custom:company': 'company', 'custom:title': 'title' };
    const saml = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';

    expect(providers.map(({ AttributeMapping: { email, ...profile } }) => profile)).toEqual([
      {
        name: 'name',
        given_name: 'given_name',
        family_name: 'family_name',
        picture: 'picture',
        ...custom,
      },
      {
        given_name: `${saml}/givenname`,
        family_name: `${saml}/surname`,
        picture: 'picture',
        ...custom,
      },
      { name: 'name', given_name: 'given_name', family_name: 'family_name', picture: 'picture' },
    ]);
    const [oidc] = providers;
    expect(oidc?.ProviderDetails.authorize_scopes).toBe('openid email profile');
  });

  it('give the e-mail alone where the profile is never taken', () => {
    const template = synthesised({ ...ALL_SETTINGS_OWN_POOL, profileSource: 'never' });

    for (const { Properties } of resourcesOf(template, 'AWS::Cognito::UserPoolIdentityProvider')) {
      expect(Object.keys(Properties.AttributeMapping)).toEqual(['email']);
      expect(JSON.stringify(Properties.ProviderDetails)).not.toContain('profile');
    }
  });

  it('are made in an existing pool as well', () => {
    const made = resourcesOf(every, 'AWS::Cognito::UserPoolIdentityProvider');

    expect(made.map(({ Properties }) => Properties.UserPoolId)).toEqual(
      Array(3).fill('eu-west-1_Ab12Cd34E'),
    );
  });

  it('have their secrets from Secrets Manager, by reference', () => {
    const secrets = providers.map(({ ProviderDetails }) => ProviderDetails.client_secret);
    const [oidc] = ALL_SETTINGS.identityProviders.filter(
      (provider) => typeof provider !== 'string',
    );

    expect(secrets).toEqual([
      `{{resolve:secretsmanager:${oidc?.clientSecretArn}:SecretString:::}}`,
      undefined,
      `{{resolve:secretsmanager:${oidc?.clientSecretArn}:SecretString:::}}`,
    ]);
  });

  it('are offered by the page, with those that were there', () => {
    const made = resourcesOf(ownPool, 'AWS::Cognito::UserPoolIdentityProvider');
    const { SupportedIdentityProviders } = theOne(
      ownPool,
      'AWS::Cognito::UserPoolClient',
    ).Properties;

    expect(SupportedIdentityProviders).toEqual([
      'COGNITO',
      'Existing',
      ...made.map(({ id }) => ({ Ref: id })),
    ]);
  });
});

describe('the setting tags', () => {
  it.each([
    'AWS::Lambda::Function',
    'AWS::Logs::LogGroup',
    'AWS::IAM::Role',
    'AWS::ApiGateway::RestApi',
    'AWS::ApiGateway::Stage',
    'AWS::WAFv2::WebACL',
  ])('is on every %s', (type) => {
    for (const { Properties } of resourcesOf(ownPool, type)) {
      expect(Properties.Tags).toContainEqual({ Key: 'team', Value: 'accounts' });
      expect(Properties.Tags).toContainEqual({ Key: 'cost-centre', Value: '42' });
    }
  });

  it('is on the pool and on every copy of the table', () => {
    const pool = theOne(ownPool, 'AWS::Cognito::UserPool').Properties;
    const { Replicas } = theOne(ownPool, 'AWS::DynamoDB::GlobalTable').Properties;

    expect(pool.UserPoolTags).toMatchObject({ team: 'accounts', 'cost-centre': '42' });
    for (const { Tags } of Replicas) {
      expect(Tags).toContainEqual({ Key: 'team', Value: 'accounts' });
    }
  });
});
