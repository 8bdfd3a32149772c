import { describe, expect, it } from 'vitest';
import { SIGN_IN_NAMES } from '../../lib/contract.ts';
import { functionOf, STAGES, synthesised, templateOf, theOne } from './synthesised.ts';

const poolOf = (stage: (typeof STAGES)[number]) =>
  theOne(templateOf(stage), 'AWS::Cognito::UserPool');
const clientOf = (template = templateOf('dev')) =>
  theOne(template, 'AWS::Cognito::UserPoolClient').Properties;

describe('the user pool', () => {
  it.each(STAGES)('lets nobody sign up by themselves in stage %s', (stage) => {
    const { AdminCreateUserConfig } = poolOf(stage).Properties;

    expect(AdminCreateUserConfig.AllowAdminCreateUserOnly).toBe(true);
  });

  it.each([
    ['aliases', ['email', 'preferred_username'], undefined],
    ['email', undefined, ['email']],
    ['username', ['preferred_username'], undefined],
  ] as const)(
    'with %s takes the aliases %j and the user names %j to sign in, in any letter case',
    (signInNames, aliases, userNames) => {
      const template = signInNames === 'aliases' ? templateOf('dev') : synthesised({ signInNames });
      const { Properties } = theOne(template, 'AWS::Cognito::UserPool');

      expect(Properties.AliasAttributes?.sort()).toEqual(aliases);
      expect(Properties.UsernameAttributes).toEqual(userNames);
      expect(Properties.UsernameConfiguration).toEqual({ CaseSensitive: false });
      expect(Properties.AutoVerifiedAttributes).toEqual(['email']);
    },
  );

  it.each(SIGN_IN_NAMES)('of kind %s is told to both functions and to operators', (signInNames) => {
    const settings = {
      signInNames,
      userPoolId: 'eu-west-1_Ab1',
      signInUrl: 'https://login.example.com',
    };
    for (const template of [synthesised({ signInNames }), synthesised(settings)]) {
      for (const construct of ['GetMe', 'PatchMe'] as const) {
        const { Variables } = functionOf(template, construct).Properties.Environment;
        expect(Variables.SIGN_IN_NAMES).toBe(signInNames);
      }
      expect(template.findOutputs('SignInNames')['SignInNames']?.['Value']).toBe(signInNames);
    }
  });

  it('keeps an e-mail until the new one is proven where the setting asks for that', () => {
    const verified = theOne(synthesised({ emailChange: 'verified' }), 'AWS::Cognito::UserPool');

    expect(verified.Properties.UserAttributeUpdateSettings).toEqual({
      AttributesRequireVerificationBeforeUpdate: ['email'],
    });
    expect(poolOf('dev').Properties).not.toHaveProperty('UserAttributeUpdateSettings');
  });

  it('has the custom attributes that the settings name, which a provider may change', () => {
    const template = synthesised({
      profileAttributes: 'company=custom:firm,job_title=custom:firm',
    });

    expect(theOne(template, 'AWS::Cognito::UserPool').Properties.Schema).toEqual([
      { Name: 'firm', AttributeDataType: 'String', Mutable: true },
    ]);
    expect(poolOf('dev').Properties).not.toHaveProperty('Schema');
  });

  it('recovers accounts by verified e-mail alone', () => {
    expect(poolOf('dev').Properties.AccountRecoverySetting.RecoveryMechanisms).toEqual([
      { Name: 'verified_email', Priority: 1 },
    ]);
  });

  it('mails codes with a text for both uses: to confirm an address, and to reset a password', () => {
    const { EmailSubject, EmailMessage, DefaultEmailOption } =
      poolOf('dev').Properties.VerificationMessageTemplate;

    expect(DefaultEmailOption).toBe('CONFIRM_WITH_CODE');
    expect(EmailSubject).toBe('Your code');
    expect(EmailMessage).toMatch(
      /^Your code is \{####\}\. .* If you did not ask for a code, ignore/,
    );
  });

  it.each([
    ['local', 'INACTIVE', 'Delete'],
    ['dev', 'ACTIVE', 'Retain'],
    ['production', 'ACTIVE', 'Retain'],
  ] as const)('in stage %s has deletion protection %s and policy %s', (stage, state, policy) => {
    const { Properties, DeletionPolicy } = poolOf(stage);

    expect(Properties.DeletionProtection).toBe(state);
    expect(DeletionPolicy).toBe(policy);
  });

  it('offers the scopes users/me.read and users/me.write', () => {
    const server = theOne(templateOf('dev'), 'AWS::Cognito::UserPoolResourceServer').Properties;

    expect(server.Identifier).toBe('users');
    expect(server.Scopes.map(({ ScopeName }: { ScopeName: string }) => ScopeName)).toEqual([
      'me.read',
      'me.write',
    ]);
  });

  it('has a sign-in domain of its own in each account, or the one that is set', () => {
    const domainOf = (template = templateOf('dev')) =>
      theOne(template, 'AWS::Cognito::UserPoolDomain').Properties.Domain;

    expect(domainOf()).toEqual({
      'Fn::Join': ['', ['current-user-dev-', { Ref: 'AWS::AccountId' }]],
    });
    expect(domainOf(synthesised({ domainPrefix: 'sign-in' }))).toBe('sign-in');
  });
});

describe('managed login', () => {
  it('serves the domain in every stage, so that prompt=login asks for credentials', () => {
    for (const stage of STAGES) {
      const domain = theOne(templateOf(stage), 'AWS::Cognito::UserPoolDomain').Properties;
      expect(domain.ManagedLoginVersion).toBe(2);
    }
  });

  it.each(['dev', 'production'] as const)('has pages for the client in stage %s', (stage) => {
    const template = templateOf(stage);

    expect(theOne(template, 'AWS::Cognito::ManagedLoginBranding').Properties).toEqual({
      UserPoolId: { Ref: theOne(template, 'AWS::Cognito::UserPool').id },
      ClientId: { Ref: theOne(template, 'AWS::Cognito::UserPoolClient').id },
      UseCognitoProvidedValues: true,
    });
  });

  it.each(['dev', 'production'] as const)(
    'records sessions and reuses none for the client in stage %s',
    (stage) => {
      const template = templateOf(stage);
      const tracking = theOne(template, 'AWS::Cognito::UserPoolSessionConfigurationAttachment');
      const { Properties, DependsOn } = theOne(
        template,
        'AWS::Cognito::UserPoolClientSessionConfigurationAttachment',
      );

      expect(tracking.Properties).toEqual({
        UserPoolId: { Ref: theOne(template, 'AWS::Cognito::UserPool').id },
        UserSessionTracking: 'ENABLED',
        TokenSession: { MaxPerUser: 100 },
      });
      expect(Properties).toEqual({
        UserPoolId: { Ref: theOne(template, 'AWS::Cognito::UserPool').id },
        ClientId: { Ref: theOne(template, 'AWS::Cognito::UserPoolClient').id },
        SSOSession: { MaxValidityMinutes: 0 },
      });
      // Cognito refuses the client's configuration in a pool without tracking.
      expect(DependsOn).toEqual([tracking.id]);
    },
  );
});

describe('the client of single-page apps', () => {
  it('is public and takes the authorization code alone', () => {
    const client = clientOf();

    expect(client.GenerateSecret).toBe(false);
    expect(client.AllowedOAuthFlows).toEqual(['code']);
    expect(client.AllowedOAuthFlowsUserPoolClient).toBe(true);
  });

  it('may ask for the scopes of the API and of Cognito itself', () => {
    const scopes = JSON.stringify(clientOf().AllowedOAuthScopes);

    for (const scope of ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin']) {
      expect(scopes).toContain(`"${scope}"`);
    }
    expect(scopes).toContain('/me.read');
    expect(scopes).toContain('/me.write');
  });

  it('rotates refresh tokens, which can be revoked, and names no flow that forbids it', () => {
    const client = clientOf();

    expect(client.RefreshTokenRotation.Feature).toBe('ENABLED');
    expect(client.EnableTokenRevocation).toBe(true);
    expect(client.ExplicitAuthFlows).not.toContain('ALLOW_REFRESH_TOKEN_AUTH');
  });

  it('gets access tokens of at most an hour', () => {
    const { AccessTokenValidity, TokenValidityUnits } = clientOf();

    expect(TokenValidityUnits.AccessToken).toBe('minutes');
    expect(AccessTokenValidity).toBeLessThanOrEqual(60);
  });

  it('does not tell who has an account', () => {
    expect(clientOf().PreventUserExistenceErrors).toBe('ENABLED');
  });

  it('takes passwords outside the hosted sign-in in stage local only', () => {
    const flows = (stage: (typeof STAGES)[number]) => clientOf(templateOf(stage)).ExplicitAuthFlows;

    expect(flows('local')).toContain('ALLOW_USER_PASSWORD_AUTH');
    expect(flows('dev')).toEqual(['ALLOW_USER_SRP_AUTH']);
    expect(flows('production')).toEqual(['ALLOW_USER_SRP_AUTH']);
  });

  it('allows only the configured redirect URIs', () => {
    const client = clientOf(
      synthesised({ callbackUrls: 'https://a.example/cb', logoutUrls: 'https://a.example/bye' }),
    );

    expect(client.CallbackURLs).toEqual(['https://a.example/cb']);
    expect(client.LogoutURLs).toEqual(['https://a.example/bye']);
  });

  it('cannot write sign-in names past the API, unless identity providers need the e-mail', () => {
    expect(clientOf().WriteAttributes).toEqual(['locale']);

    const federated = clientOf(synthesised({ identityProviders: 'Corporate' }));

    expect(federated.WriteAttributes).not.toContain('preferred_username');
    expect(federated.WriteAttributes).toContain('email');
    expect(federated.SupportedIdentityProviders).toEqual(['COGNITO', 'Corporate']);
  });

  it('may write what identity providers give, and nothing of it where the profile is not taken', () => {
    const writable = (given: object) => {
      const template = synthesised({ identityProviders: 'Corporate', ...given });
      return clientOf(template).WriteAttributes.sort();
    };
    const profileAttributes = { company: 'custom:company' };
    const profile = ['family_name', 'given_name', 'name', 'picture'];

    expect(writable({})).toEqual(['email', 'locale', ...profile].sort());
    expect(writable({ profileAttributes })).toEqual(
      ['custom:company', 'email', 'locale', ...profile].sort(),
    );
    expect(writable({ profileAttributes, profileSource: 'never' })).toEqual(['email', 'locale']);
    expect(clientOf(synthesised({ profileAttributes })).WriteAttributes).toEqual(['locale']);
  });
});
