/** All settings of a deployment: type, default, and description. Knows no resource that uses them. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';
import { ACCESS_SETTINGS } from './access-settings.ts';
import { NOTICE_SETTINGS } from './notice-settings.ts';
import {
  arn,
  awsRegion,
  listOf,
  mailAddress,
  oneOf,
  optional,
  REGIONS,
  retentionDays,
  setting,
  stringRecord,
  text,
  trueOrFalse,
  wholeNumber,
} from './setting-values.ts';
import { SIGN_IN_SETTINGS } from './sign-in-settings.ts';

/** On the local cloud, for development, for real users. */
const PURPOSES = ['local', 'development', 'production'] as const;

/** The stage of a deployment whose operator names none. */
export const DEFAULT_STAGE = 'dev';

/** Part of names that AWS limits, and in a Cognito domain these words are not allowed. */
const stageName = text(
  /^(?!.*(?:aws|amazon|cognito))[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?$/,
  'must be a name of 1 to 30 of a-z 0-9 and inner hyphens that begins with a letter, without aws, amazon or cognito',
);

const username = text(
  /^[a-zA-Z0-9_\-@.]{1,50}$/,
  'must be a username: 1 to 50 of a-z A-Z 0-9 _ - @ .',
);
// Without @: the username of an SSO account follows its e-mail, whoever has reserved that.
const usernames = listOf(
  (text) => /^[a-zA-Z0-9_\-.]{1,50}$/.test(text),
  'must list usernames: each 1 to 50 of a-z A-Z 0-9 _ - .',
);

const tags = stringRecord(
  /^(?!aws:)[\w .:/=+@-]{1,128}$/,
  // Alarms take no empty value.
  /^[\w .:/=+@-]{1,256}$/,
  'must be at most 50 tags: names of 1 to 128 and values of 1 to 256 letters, digits and _ . : / = + - @',
);
const regions = listOf(
  (text) => REGIONS.includes(text),
  'must list regions of AWS, for example eu-west-1',
);

/** The settings by topic, in the order of the documentation. */
export const SETTINGS = {
  Deployment: {
    stage: setting(
      stageName,
      DEFAULT_STAGE,
      "The name of this deployment, part of the stack's name; `-c stage=<name>` chooses the file [`settings/<name>.json`](settings-explained.md#a-file-per-stage).",
    ),
    purpose: optional(
      oneOf(...PURPOSES),
      '`development` in stage `dev`, else `production`',
      '[What it is for](settings-explained.md#purpose): `production`, real users; `development`, with pages on your own machine; `local`, the local cloud of `npm start`.',
    ),
    retainData: setting(
      trueOrFalse(),
      true,
      'Retains user pool, table and logs on stack deletion, with deletion protection on pool and table. With `false`, `cdk destroy` deletes all accounts; `production` refuses that.',
    ),
    region: optional(
      awsRegion(),
      'the region of your credentials',
      'Region of this deployment; required with `replicaRegions` and `kmsKeyArn`.',
    ),
    tags: setting(
      tags,
      {},
      'Tags for all resources that support them, as an object, or `-c tags=team=accounts,cost=42`.',
    ),
  },
  'Sign-in': SIGN_IN_SETTINGS,
  Notices: NOTICE_SETTINGS,
  Rules: {
    adminUsername: setting(
      username,
      'admin',
      'The reserved username: its account cannot be edited, and nobody else can take the name.',
    ),
    reservedNames: setting(
      usernames,
      [],
      'More usernames that nobody can take, for example `root,support`. An account that has one keeps it and stays editable.',
    ),
    releasedNameRestDays: setting(
      wholeNumber(0, 3650),
      30,
      'Days for which a username or e-mail that was given up is free for its last holder only; 0 frees it at once.',
    ),
    recentSignInMinutes: setting(
      wholeNumber(0, 43_200),
      15,
      'Maximum age of a sign-in that may change password, username, e-mail, or a superuser’s own `is_superuser` and `is_active`; 0 turns the check off.',
    ),
    emailChange: setting(
      oneOf('immediate', 'verified'),
      'immediate',
      'When a new e-mail becomes the account’s: `immediate`, at once and unproven, or [`verified`](settings-explained.md#e-mail-that-is-proven), once its owner has entered the code that Cognito mails to it, recommended in production.',
    ),
    allowHttpAvatars: setting(trueOrFalse(), false, 'Allows `http:` URLs in `avatar_url`.'),
  },
  Access: ACCESS_SETTINGS,
  Data: {
    kmsKeyArn: optional(
      arn(
        'kms',
        'key/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})',
        'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      ),
      'AWS owned keys',
      'ARN of a [customer managed key](settings-explained.md#customer-managed-key) that encrypts the table and the logs.',
    ),
    replicaRegions: setting(
      regions,
      [],
      'Regions with a [replica](settings-explained.md#replicas) of the table, for reads and recovery only.',
    ),
  },
  Events: {
    eventBus: optional(
      text(/^[\w./-]{1,256}$/, 'must be the name of an event bus, for example default'),
      'no events',
      'Name of an EventBridge bus in the same account and region that receives `user.created` and `user.updated` ([events](events.md)).',
    ),
  },
  Operation: {
    alarmEmail: optional(
      mailAddress(),
      'nobody is notified; subscribe to the topic of the stack yourself',
      'E-mail address for alarms that need somebody now, except with `purpose` `local`. The recipient has to confirm the first message.',
    ),
    ticketEmail: optional(
      mailAddress(),
      '`alarmEmail`',
      'E-mail address for alarms that can wait until the day ([which](runbook.md#now-or-today)).',
    ),
    runbookUrl: optional(
      text(
        /^https:\/\/[^\s#|]+$/,
        'must be an https: URL without #, the address of docs/runbook.md',
      ),
      'alarms name their entry, which is on the dashboard that they link to',
      'Where your people read [the runbook](runbook.md), for example in your repository: alarms then link to their entry, `<runbookUrl>#<entry>`.',
    ),
    memoryMegabytes: setting(
      wholeNumber(128, 10_240),
      // docs/performance.md compares latency and cost.
      512,
      'Memory of each function, 128 to 10,240; the share of CPU grows with it.',
    ),
    logRetentionDays: setting(
      retentionDays(),
      RetentionDays.THREE_MONTHS,
      'Retention in days of the access log, with the subject and IP address of every request, and of the deployment hook’s log; a number that CloudWatch Logs supports; 9999 keeps them forever.',
    ),
    auditRetentionDays: optional(
      retentionDays(),
      '400, or `logRetentionDays` if that is more',
      'Retention in days of the functions’ logs, which hold the audit lines: who changed which fields of which account.',
    ),
    accessLogRole: setting(
      oneOf('existing', 'create'),
      'existing',
      'All APIs of an account and region write their logs with one role. `create` makes it and puts it in the place of any other: for the [first deployment there](operations.md#the-log-role-of-api-gateway) only.',
    ),
  },
} as const;

/** Parses all settings; ignores other names. */
export const SettingsSchema = v.object({
  ...SETTINGS.Deployment,
  ...SETTINGS['Sign-in'],
  ...SETTINGS.Notices,
  ...SETTINGS.Rules,
  ...SETTINGS.Access,
  ...SETTINGS.Data,
  ...SETTINGS.Events,
  ...SETTINGS.Operation,
});
export type Settings = v.InferOutput<typeof SettingsSchema>;
