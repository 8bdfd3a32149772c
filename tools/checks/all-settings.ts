/**
 * Configurations that use all settings, for checking their templates: with their own user pool and
 * with an existing one. All names in them are fictitious.
 */
const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const SECRET = arn('secretsmanager', 'secret:partner-Ab12Cd');

/** All settings, with an existing user pool. */
export const ALL_SETTINGS = {
  stage: 'production',
  purpose: 'production',
  retainData: true,
  region: REGION,
  tags: { team: 'accounts', 'cost-centre': '42' },
  callbackUrls: ['https://app.example.com/callback'],
  logoutUrls: ['https://app.example.com/bye'],
  corsOrigins: ['https://app.example.com', 'https://admin.example.com'],
  corsHeaders: ['sentry-trace', 'source-context'],
  identityProviders: [
    'Existing',
    {
      type: 'oidc',
      name: 'Partner',
      issuer: 'https://login.partner.example',
      clientId: 'user-pool',
      clientSecretArn: SECRET,
    },
    { type: 'saml', name: 'Corporate', metadataUrl: 'https://corporate.example/metadata.xml' },
    { type: 'google', clientId: 'user-pool', clientSecretArn: SECRET },
  ],
  signInNames: 'username',
  profileSource: 'first-call',
  profileAttributes: { company: 'custom:company', job_title: 'custom:title' },
  userPoolId: `${REGION}_Ab12Cd34E`,
  signInUrl: 'https://login.example.com',
  passwordMinLength: 16,
  passwordRequires: ['lowercase', 'digits'],
  noticesFrom: 'Accounts <no-reply@example.com>',
  noticesHelp: 'https://example.com/help',
  noticesRegion: 'eu-central-1',
  noticesTexts: { subject: 'Your account was changed' },
  adminUsername: 'root',
  reservedNames: ['support', 'billing'],
  releasedNameRestDays: 90,
  recentSignInMinutes: 5,
  emailChange: 'verified',
  allowHttpAvatars: true,
  apiDomain: 'api.example.com',
  apiCertificateArn: arn('acm', 'certificate/0f1e2d3c'),
  apiHostedZoneId: 'Z0123456789ABCDEF',
  patchClients: ['spa', '3n4b5urk1ft4fl3mg5e62d9ado'],
  throttleRate: 100,
  throttleBurst: 200,
  webAclRateLimit: 2000,
  kmsKeyArn: arn('kms', 'key/mrk-1234abcd12ab34cd56ef1234567890ab'),
  replicaRegions: ['eu-west-2', 'eu-central-1'],
  eventBus: 'accounts',
  memoryMegabytes: 1024,
  logRetentionDays: 30,
  auditRetentionDays: 731,
  alarmEmail: 'ops@example.com',
  ticketEmail: 'tickets@example.com',
  runbookUrl: 'https://git.example.com/accounts/docs/runbook.md',
  accessLogRole: 'create',
};

/** All settings, with its own user pool and domain prefix, and without a hosted zone. */
export const ALL_SETTINGS_OWN_POOL = {
  ...ALL_SETTINGS,
  userPoolId: undefined,
  // Another value would make another pool.
  signInNames: 'aliases',
  signInUrl: undefined,
  apiHostedZoneId: undefined,
  domainPrefix: 'sign-in-of-ours',
  mailFrom: 'accounts@example.com',
  mailReplyTo: 'help@example.com',
  mailRegion: 'eu-central-1',
};
