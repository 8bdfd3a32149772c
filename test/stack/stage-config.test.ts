import { describe, expect, it } from 'vitest';
import { SettingsSchema } from '../../infra/settings/settings-schema.ts';
import {
  checkSettings,
  parseStageConfig,
  SettingsError,
} from '../../infra/settings/stage-config.ts';
import { ALL_SETTINGS } from '../../tools/checks/all-settings.ts';
import { FLAGS } from './synthesised.ts';

const KEYS = 'arn:aws:kms:eu-west-1:111122223333:key/';
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const CERTIFICATE = 'arn:aws:acm:eu-west-1:111122223333:certificate/0f1e2d3c';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:partner-Ab12Cd';
const OIDC = {
  type: 'oidc',
  name: 'Partner',
  issuer: 'https://login.partner.example',
  clientId: 'user-pool',
  clientSecretArn: SECRET,
};
const GOOGLE = { type: 'google', clientId: 'user-pool', clientSecretArn: SECRET };
const PRODUCTION = { purpose: 'production', callbackUrls: 'https://app.example.com/cb' };
const EXISTING_POOL = { userPoolId: 'eu-west-1_Ab1', signInUrl: 'https://login.example.com' };

/** Those that cannot be set together with an existing pool, or in production. */
const EXCLUSIVE = ['domainPrefix', 'mailFrom', 'mailReplyTo', 'mailRegion', 'retainData'];

const fault = (settings: Record<string, unknown>): string => {
  try {
    parseStageConfig(settings);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error('The settings were accepted');
};

describe('parseStageConfig', () => {
  it('needs no setting', () => {
    expect(parseStageConfig({})).toEqual({
      stage: 'dev',
      purpose: 'development',
      region: null,
      tags: {},
      retainData: true,
      callbackUrls: ['http://localhost:5173/callback'],
      logoutUrls: ['http://localhost:5173/'],
      corsOrigins: ['http://localhost:5173'],
      corsHeaders: [],
      identityProviders: [],
      profileSource: 'until-edited',
      profileAttributes: {},
      passwordMinLength: 12,
      passwordRequires: ['lowercase', 'uppercase', 'digits', 'symbols'],
      mailFrom: null,
      mailReplyTo: null,
      mailRegion: null,
      noticesFrom: null,
      noticesHelp: null,
      noticesRegion: null,
      noticesTexts: null,
      signInNames: 'aliases',
      userPoolId: null,
      signInUrl: null,
      apiDomain: null,
      apiCertificateArn: null,
      apiHostedZoneId: null,
      webAclRateLimit: null,
      kmsKeyArn: null,
      replicaRegions: [],
      eventBus: null,
      adminUsername: 'admin',
      reservedNames: [],
      releasedNameRestDays: 30,
      recentSignInMinutes: 15,
      emailChange: 'immediate',
      allowHttpAvatars: false,
      patchClients: [],
      throttleRate: 500,
      throttleBurst: 1000,
      memoryMegabytes: 512,
      logRetentionDays: 90,
      auditRetentionDays: 400,
      alarmEmail: null,
      ticketEmail: null,
      runbookUrl: null,
      accessLogRole: 'existing',
      domainPrefix: null,
    });
  });

  it.each(['dev', 'production', 'local', 'staging', 'zoe-2'])(
    'keeps the accounts of stage %s unless it says otherwise',
    (stage) => {
      const settings = {
        stage,
        callbackUrls: 'https://app.example.com/cb',
        purpose: 'development',
      };

      expect(parseStageConfig(settings).retainData).toBe(true);
      expect(parseStageConfig({ ...settings, retainData: 'false' }).retainData).toBe(false);
    },
  );

  it.each([
    ['dev', 'development'],
    ['production', 'production'],
    ['staging', 'production'],
    ['local', 'production'],
  ])('takes stage %s for %s unless it says otherwise', (stage, purpose) => {
    const settings = { stage, callbackUrls: 'https://app.example.com/cb' };

    expect(parseStageConfig(settings).purpose).toBe(purpose);
    expect(parseStageConfig({ ...settings, purpose: 'local' }).purpose).toBe('local');
  });

  it('reads strings of the command line and JSON of cdk.json alike', () => {
    const ofCommandLine = parseStageConfig({
      callbackUrls: 'https://a.example/cb, https://b.example/cb',
      allowHttpAvatars: 'true',
      memoryMegabytes: '1024',
      logRetentionDays: '30',
    });

    const ofFile = parseStageConfig({
      callbackUrls: ['https://a.example/cb', 'https://b.example/cb'],
      allowHttpAvatars: true,
      memoryMegabytes: 1024,
      logRetentionDays: 30,
    });

    expect(ofCommandLine).toEqual(ofFile);
    expect(ofFile).toMatchObject({ memoryMegabytes: 1024, allowHttpAvatars: true });
  });

  it('derives origins and sign-out addresses from the callbacks, each once', () => {
    const callbackUrls = 'https://a.example/cb,https://a.example/silent,https://b.example:8443/cb';

    const config = parseStageConfig({ callbackUrls });

    expect(config.corsOrigins).toEqual(['https://a.example', 'https://b.example:8443']);
    expect(config.logoutUrls).toEqual(['https://a.example/', 'https://b.example:8443/']);
  });

  it('allows no origin at all', () => {
    expect(parseStageConfig({ corsOrigins: '' }).corsOrigins).toEqual([]);
  });

  it('allows 127.0.0.1 on the local cloud only', () => {
    const callbackUrls = 'http://127.0.0.1:8080/callback';

    expect(parseStageConfig({ purpose: 'local', callbackUrls }).callbackUrls).toEqual([
      callbackUrls,
    ]);
    for (const purpose of ['development', 'production']) {
      expect(fault({ purpose, callbackUrls })).toContain('callbackUrls must not name');
    }
  });

  it.each([
    ['stage', 'Staging'],
    ['stage', '../dev'],
    ['stage', 'a'.repeat(31)],
    ['stage', 'aws-test'],
    ['purpose', 'dev'],
    ['retainData', 'perhaps'],
    ['callbackUrls', 'http://app.example/cb'],
    ['callbackUrls', 'https://app.example/cb#fragment'],
    ['callbackUrls', 'https://user:secret@app.example/cb'],
    ['callbackUrls', 'javascript:alert(1)'],
    ['callbackUrls', ''],
    ['callbackUrls', 7],
    ['logoutUrls', 'somewhere'],
    ['corsHeaders', '*'],
    ['corsHeaders', "x'y"],
    ['corsHeaders', 'x: y'],
    ['corsOrigins', '*'],
    ['corsOrigins', 'https://*.example'],
    ['corsOrigins', 'https://app.example/'],
    ['corsOrigins', 'https://app.example/path'],
    ['corsOrigins', 'https://APP.example'],
    ['corsOrigins', 'null'],
    ['identityProviders', 'no spaces please'],
    ['identityProviders', '{}'],
    ['identityProviders', [{ type: 'oauth' }]],
    ['identityProviders', [{ type: 'oidc', name: 'Partner' }]],
    ['identityProviders', [{ ...OIDC, clientSecretArn: 'the secret itself' }]],
    ['identityProviders', [{ ...OIDC, issuer: 'http://partner.example' }]],
    ['identityProviders', [{ ...OIDC, clientSecret: 'unexpected' }]],
    ['identityProviders', [{ type: 'saml', name: 'x', metadataUrl: 'https://a.example' }]],
    ['passwordMinLength', 5],
    ['passwordRequires', 'emoji'],
    ['mailFrom', 'accounts'],
    ['mailReplyTo', 'Help <help@example.com>'],
    ['mailReplyTo', 'hülfe@example.com'],
    ['mailRegion', 'Ireland'],
    ['noticesFrom', 'Accounts'],
    ['noticesFrom', 'Jürgen <no-reply@example.com>'],
    ['noticesFrom', 'Accounts <no-reply@example.com>, me@example.com'],
    ['noticesFrom', 'A\r\nBcc: me@example.com <no-reply@example.com>'],
    ['noticesHelp', 'two\nlines'],
    ['noticesHelp', 'x'.repeat(201)],
    ['noticesRegion', 'Ireland'],
    ['noticesTexts', '{'],
    ['noticesTexts', { title: 'Changed' }],
    ['noticesTexts', { subject: 'two\nlines' }],
    ['userPoolId', 'pool'],
    ['signInUrl', 'http://localhost:3000'],
    ['signInUrl', 'https://login.example.com/path'],
    ['region', 'Ireland'],
    ['region', 'mars-north-7'],
    ['region', 'cn-north-1'],
    ['tags', 'aws:owner=me'],
    ['tags', 'team='],
    ['tags', ['team']],
    ['tags', { team: 7 }],
    ['tags', Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag-${index}`, 'x']))],
    ['apiDomain', 'https://api.example.com'],
    ['apiDomain', 'API.example.com'],
    ['apiCertificateArn', 'certificate'],
    ['apiHostedZoneId', 'example.com'],
    ['webAclRateLimit', 9],
    ['kmsKeyArn', 'alias/accounts'],
    ['kmsKeyArn', `${KEYS}abc`],
    ['replicaRegions', 'Ireland'],
    ['replicaRegions', 'eu-west-1,mars-north-7'],
    ['eventBus', 'not a bus'],
    ['patchClients', 'not an id'],
    ['patchClients', ['']],
    ['adminUsername', ''],
    ['adminUsername', 'Jürgen'],
    ['reservedNames', 'root,Jürgen'],
    ['reservedNames', ['root@example.com']],
    ['releasedNameRestDays', '-1'],
    ['releasedNameRestDays', 3651],
    ['recentSignInMinutes', '-1'],
    ['recentSignInMinutes', '1.5'],
    ['recentSignInMinutes', 'often'],
    ['emailChange', 'later'],
    ['allowHttpAvatars', 'yes'],
    ['profileSource', 'always'],
    ['profileAttributes', 'company=email'],
    ['profileAttributes', { name: 'custom:name' }],
    ['profileAttributes', { company: 'custom:' }],
    ['throttleRate', 0],
    ['throttleBurst', '0'],
    ['memoryMegabytes', 64],
    ['memoryMegabytes', ''],
    ['memoryMegabytes', 20_000],
    ['logRetentionDays', 42],
    ['logRetentionDays', 'long'],
    ['auditRetentionDays', 100],
    ['runbookUrl', 'docs/runbook.md'],
    ['runbookUrl', 'https://git.example.com/runbook.md#top'],
    ['ticketEmail', 'ops'],
    ['accessLogRole', 'maybe'],
    ['alarmEmail', 'ops'],
    ['alarmEmail', 'a@example.com,b@example.com'],
    ['domainPrefix', 'My-Prefix'],
    ['domainPrefix', 'my-cognito'],
    ['domainPrefix', 'ends-'],
  ])('refuses %s = %j and names it', (name, value) => {
    expect(fault({ [name]: value })).toMatch(
      new RegExp(`^Invalid settings: ${name}(\\.\\S+)* must [^.].*\\.$`),
    );
  });

  it.each([
    ['callbackUrls', { callbackUrls: 'http://127.0.0.1/cb' }],
    ['callbackUrls', { purpose: 'production' }],
    ['callbackUrls', { purpose: 'production', callbackUrls: 'http://localhost:5173/callback' }],
    ['callbackUrls', { purpose: 'production', callbackUrls: 'https://app.localhost/cb' }],
    ['logoutUrls', { ...PRODUCTION, logoutUrls: 'http://localhost:5173/' }],
    ['corsOrigins', { ...PRODUCTION, corsOrigins: 'http://127.0.0.1:3000' }],
    ['retainData', { ...PRODUCTION, retainData: false }],
    ['corsOrigins', { corsOrigins: 'http://127.0.0.1:3000' }],
    ['identityProviders', { identityProviders: 'Partner,Partner' }],
    ['identityProviders', { identityProviders: ['Partner', OIDC] }],
    ['identityProviders', { identityProviders: ['Google', { ...GOOGLE }] }],
    ['identityProviders', { purpose: 'local', identityProviders: [OIDC] }],
    ['eventBus', { purpose: 'local', eventBus: 'default' }],
    ['signInUrl', { userPoolId: 'eu-west-1_Ab1' }],
    ['signInUrl', { signInUrl: 'https://login.example.com' }],
    ['domainPrefix', { ...EXISTING_POOL, domainPrefix: 'sign-in' }],
    ['mailFrom', { ...EXISTING_POOL, mailFrom: 'accounts@example.com' }],
    ['mailReplyTo', { mailReplyTo: 'help@example.com' }],
    ['mailRegion', { mailRegion: 'eu-west-1' }],
    ['noticesHelp', { noticesHelp: 'help@example.com' }],
    ['noticesRegion', { noticesRegion: 'eu-west-1' }],
    ['noticesTexts', { noticesTexts: { subject: 'Changed' } }],
    ['apiCertificateArn', { apiDomain: 'api.example.com' }],
    ['apiCertificateArn', { apiCertificateArn: CERTIFICATE }],
    ['apiHostedZoneId', { apiHostedZoneId: 'Z0123456789ABCDEF' }],
    ['auditRetentionDays', { auditRetentionDays: 60 }],
    ['auditRetentionDays', { logRetentionDays: 731, auditRetentionDays: 400 }],
    ['region', { replicaRegions: 'eu-west-2' }],
    ['region', { kmsKeyArn: `${KEYS}mrk-1234abcd12ab34cd56ef1234567890ab` }],
    ['replicaRegions', { region: 'eu-west-1', replicaRegions: 'eu-west-1' }],
    ['replicaRegions', { region: 'eu-west-1', replicaRegions: 'eu-west-2,eu-west-2' }],
    [
      'kmsKeyArn',
      { region: 'eu-west-1', replicaRegions: 'eu-west-2', kmsKeyArn: `${KEYS}${KEY_ID}` },
    ],
    ['kmsKeyArn', { region: 'eu-west-2', kmsKeyArn: `${KEYS}${KEY_ID}` }],
    [
      'apiCertificateArn',
      { region: 'eu-west-2', apiDomain: 'a.example', apiCertificateArn: CERTIFICATE },
    ],
    ['userPoolId', { region: 'eu-west-2', ...EXISTING_POOL }],
  ])('refuses a wrong combination, naming %s: %j', (name, settings) => {
    expect(fault(settings)).toMatch(new RegExp(`^Invalid settings: ${name} must [^.].*\\.$`));
  });

  it.each([
    ['stgae', 'stage'],
    ['Stage', 'stage'],
    ['callbackURLs', 'callbackUrls'],
    ['alarmMail', 'alarmEmail'],
    ['cors_origins', 'corsOrigins'],
    ['domain-prefix', 'domainPrefix'],
    ['memory', 'memoryMegabytes'],
  ])('refuses %s, which is not a setting, and suggests %s', (unknown, similar) => {
    expect(fault({ [unknown]: 'production' })).toBe(
      `Invalid settings: ${unknown} is not a setting: do you mean ${similar}?`,
    );
  });

  it('names unknown settings together with wrong ones', () => {
    expect(fault({ stgae: 'dev', recentSignInMinutes: 'often' })).toBe(
      'Invalid settings: stgae is not a setting: do you mean stage? ' +
        'recentSignInMinutes must be a whole number from 0 to 43200.',
    );
  });

  it("leaves out CDK's own keys", () => {
    const ofCdk = {
      ...FLAGS,
      'aws:cdk:enable-path-metadata': true,
      'availability-zones:account=111122223333:region=eu-west-1': [],
      'acknowledged-issue-numbers': [19_836],
      'cli-telemetry': false,
    };

    expect(parseStageConfig(ofCdk)).toEqual(parseStageConfig({}));
  });

  it('takes every setting at once', () => {
    const config = parseStageConfig(ALL_SETTINGS);

    expect(config).toMatchObject({
      tags: { team: 'accounts', 'cost-centre': '42' },
      identityProviders: ['Existing', { type: 'oidc' }, { type: 'saml' }, { type: 'google' }],
      replicaRegions: ['eu-west-2', 'eu-central-1'],
    });
  });

  it.each(Object.keys(SettingsSchema.entries).filter((name) => !EXCLUSIVE.includes(name)))(
    'has %s in the deployment with every setting, with another value than the default',
    (name) => {
      const standard = parseStageConfig({});
      const config = parseStageConfig(ALL_SETTINGS);

      expect(Object.entries(config)).not.toContainEqual(
        Object.entries(standard).find(([key]) => key === name),
      );
    },
  );

  it('names every wrong setting at once', () => {
    const message = fault({ purpose: 'x', memoryMegabytes: 1, corsOrigins: '*' });

    expect(message).toContain('purpose must be one of local, development, production.');
    expect(message).toContain('memoryMegabytes must be a whole number from 128 to 10240.');
    expect(message).toContain('corsOrigins must list');
  });

  it('names wrong combinations beside wrong settings, but none of a wrong setting', () => {
    expect(
      checkSettings({
        purpose: 'production',
        apiDomain: 'api.example.com',
        userPoolId: 'pool',
        replicaRegions: 'eu-west-1',
      }).problems,
    ).toEqual([
      'userPoolId must be the id of a user pool, for example eu-west-1_Ab12Cd34E.',
      'callbackUrls must be given with purpose production: without it people return to a page on their own machine.',
      'apiCertificateArn must be given with apiDomain, and only with it.',
      'region must be given with replicaRegions.',
    ]);
  });
});
