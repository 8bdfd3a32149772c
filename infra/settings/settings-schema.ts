/**
 * Every setting of a deployment: its form, its default, and the words that docs/settings.md has for
 * it. Knows nothing of the resources they end up in, nor of combinations of settings.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';
import {
  arn,
  isSafeAddress,
  listOf,
  oneOf,
  optional,
  REGION,
  retentionDays,
  setting,
  stringRecord,
  text,
  trueOrFalse,
  wholeNumber,
} from './setting-values.ts';
import { SIGN_IN_SETTINGS } from './sign-in-settings.ts';

/** Deployments there can be: on the local cloud, for trying things out, for real users. */
export const STAGES = ['local', 'dev', 'production'] as const;

const origins = listOf(
  (text) => isSafeAddress(text) && new URL(text).origin === text,
  'must list origins as browsers send them (scheme, host, port; no path), each https:, or http: on this machine',
);
const username = text(
  /^[a-zA-Z0-9_\-@.]{1,50}$/,
  'must be a username: 1 to 50 of a-z A-Z 0-9 _ - @ .',
);
const clients = listOf(
  (text) => /^[\w+]{1,128}$/.test(text),
  'must list ids of app clients, or spa for the one of the single-page app',
);

const tags = stringRecord(
  /^(?!aws:)[\w .:/=+@-]{1,128}$/,
  /^[\w .:/=+@-]{0,256}$/,
  'must be tags: names of 1 to 128 and values of 0 to 256 letters, digits and _ . : / = + - @',
);
const region = text(REGION, 'must be a region, for example eu-west-1');
const regions = listOf((text) => REGION.test(text), 'must list regions, for example eu-west-1');
const hostName = text(
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
  'must be a host name in lower case, for example api.example.com',
);
const alarmEmail = text(/^[^\s@,|]+@[^\s@,|]+\.[^\s@,|]+$/, 'must be an e-mail address');

/** The settings by what they are about, in the order of the documentation. */
export const SETTINGS = {
  Deployment: {
    stage: setting(
      oneOf(...STAGES),
      'dev',
      "`dev`, `production`, or `local` for the local cloud; part of the stack's name. Outside `local` accounts outlive the stack, and pool and table cannot be deleted without switching their protection off first.",
    ),
    region: optional(
      region,
      'the region of your credentials',
      'The one region that this deployment is for; needed with `replicaRegions`.',
    ),
    tags: setting(
      tags,
      {},
      'Tags of everything that can have some, as an object, or `-c tags=team=accounts,cost=42`.',
    ),
  },
  'Sign-in': SIGN_IN_SETTINGS,
  Rules: {
    adminUsername: setting(
      username,
      'admin',
      'The reserved name: its account is not editable, and nobody can take it.',
    ),
    recentSignInMinutes: setting(
      wholeNumber(0, 43_200),
      15,
      'Greatest age of a sign-in that may change password, username or e-mail; 0 is off.',
    ),
    allowHttpAvatars: setting(trueOrFalse(), false, 'Lets `avatar_url` be `http:` as well.'),
  },
  Access: {
    corsOrigins: optional(
      origins,
      'origin of each callback address',
      'Origins whose pages may call; an empty list lets none.',
    ),
    apiDomain: optional(
      hostName,
      "API Gateway's own address",
      'Host name of the API, [a domain of yours](settings-explained.md#a-domain-of-yours).',
    ),
    apiCertificateArn: optional(
      arn('acm', 'certificate/[\\w-]+', 'arn:aws:acm:eu-west-1:111122223333:certificate/...'),
      'none',
      'Certificate for `apiDomain`, in AWS Certificate Manager of the same region.',
    ),
    apiHostedZoneId: optional(
      text(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a hosted zone, for example Z0123456789ABCDEF'),
      'you make the DNS record',
      'Hosted zone of Route 53 in which the stack makes the DNS record for `apiDomain`.',
    ),
    patchClients: setting(
      clients,
      [],
      'Ids of the app clients whose tokens may `PATCH`, `spa` for that of the single-page app; none means all of the pool. Tokens of others get 403 `client_not_allowed`.',
    ),
    throttleRate: setting(
      wholeNumber(1, 1_000_000),
      500,
      'Requests per second over all callers, per operation.',
    ),
    throttleBurst: setting(
      wholeNumber(1, 1_000_000),
      1000,
      'Requests at once above the rate, per operation.',
    ),
    webAclRateLimit: optional(
      wholeNumber(10, 2_000_000_000),
      'no web ACL',
      'Makes a [web ACL](settings-explained.md#web-acl) that blocks an address after this many requests in five minutes.',
    ),
  },
  Data: {
    kmsKeyArn: optional(
      arn('kms', 'key/[\\w-]+', 'arn:aws:kms:eu-west-1:111122223333:key/...'),
      "DynamoDB's and CloudWatch's own keys",
      '[A key of yours](settings-explained.md#a-key-of-yours) that encrypts the table and the logs.',
    ),
    replicaRegions: setting(
      regions,
      [],
      '[Copies of the table](settings-explained.md#copies-in-other-regions) in other regions, for reading and recovery only.',
    ),
  },
  Events: {
    eventBus: optional(
      text(/^[\w./-]{1,256}$/, 'must be the name of an event bus, for example default'),
      'no events',
      'Name of the EventBridge bus of the same account and region that gets `user.created` and `user.updated` ([events](events.md)).',
    ),
  },
  Operation: {
    alarmEmail: optional(
      alarmEmail,
      'nobody is told; subscribe to the topic of the stack yourself',
      'An address that alarms are sent to, outside stage `local`. It has to confirm the first message.',
    ),
    memoryMegabytes: setting(
      wholeNumber(128, 10_240),
      // Measured, latency and cost side by side: docs/performance.md.
      512,
      'Memory of each function, 128 to 10,240, and its share of a CPU with it.',
    ),
    logRetentionDays: setting(
      retentionDays(),
      RetentionDays.THREE_MONTHS,
      'A number of days that CloudWatch Logs knows; 9999 keeps logs for ever.',
    ),
    accessLogRole: setting(
      oneOf('create', 'existing'),
      'create',
      '`existing` if API Gateway in this account and region has its CloudWatch role already: there is one for all.',
    ),
  },
} as const;

/** Reads all of them; names it does not know are dropped. */
export const SettingsSchema = v.object({
  ...SETTINGS.Deployment,
  ...SETTINGS['Sign-in'],
  ...SETTINGS.Rules,
  ...SETTINGS.Access,
  ...SETTINGS.Data,
  ...SETTINGS.Events,
  ...SETTINGS.Operation,
});
export type Settings = v.InferOutput<typeof SettingsSchema>;
