/**
 * Every setting of a deployment: its form, its default, and the words that docs/settings.md has for
 * it. Knows nothing of the resources they end up in, nor of combinations of settings.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as v from 'valibot';
import {
  isSafeAddress,
  listOf,
  oneOf,
  retentionDays,
  text,
  trueOrFalse,
  wholeNumber,
} from './setting-values.ts';

/** Deployments there can be: on the local cloud, for trying things out, for real users. */
export const STAGES = ['local', 'dev', 'production'] as const;

/** A setting with a fixed default. */
function setting<const Schema extends v.GenericSchema, const Value extends v.InferInput<Schema>>(
  schema: Schema,
  standard: Value,
  meaning: string,
) {
  return v.optional(v.pipe(schema, v.description(meaning)), standard);
}

/** A setting that is null where it is not given; `otherwise` says in words what happens then. */
function optional<const Schema extends v.GenericSchema>(
  schema: Schema,
  otherwise: string,
  meaning: string,
) {
  return v.nullish(v.pipe(schema, v.title(otherwise), v.description(meaning)), null);
}

const SECURE = 'each https:, or http: on this machine';
const addresses = listOf(isSafeAddress, `must list 1 to 100 addresses, ${SECURE}`, 1);
const origins = listOf(
  (text) => isSafeAddress(text) && new URL(text).origin === text,
  `must list origins as browsers send them (scheme, host, port; no path), ${SECURE}`,
);
const providers = listOf(
  (text) => /^[A-Za-z0-9-]{3,32}$/.test(text),
  'must list provider names of 3 to 32 letters, digits and hyphens',
);
const username = text(
  /^[a-zA-Z0-9_\-@.]{1,50}$/,
  'must be a username: 1 to 50 of a-z A-Z 0-9 _ - @ .',
);
const domainPrefix = text(
  /^(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  'must be 1 to 63 of a-z 0-9 and inner hyphens, without aws, amazon or cognito',
);

const clients = listOf(
  (text) => /^[\w+]{1,128}$/.test(text),
  'must list ids of app clients, or spa for the one of the single-page app',
);

/** The settings by what they are about, in the order of the documentation. */
export const SETTINGS = {
  Deployment: {
    stage: setting(
      oneOf(...STAGES),
      'dev',
      "`dev`, `production`, or `local` for the local cloud; part of the stack's name. Outside `local` accounts outlive the stack, and pool and table cannot be deleted without switching their protection off first.",
    ),
  },
  'Sign-in': {
    callbackUrls: setting(
      addresses,
      ['http://localhost:5173/callback'],
      'Where the sign-in of the single-page app may send people back to: `https:`, or `http:` on localhost.',
    ),
    logoutUrls: optional(
      addresses,
      'root of each callback address',
      'Where people may land after signing out.',
    ),
    identityProviders: setting(
      providers,
      [],
      'Names of identity providers in the pool that the page offers beside passwords. With any, the page may write the e-mail in Cognito, because Cognito refuses a federated sign-in whose mapped attributes the page may not write.',
    ),
    domainPrefix: optional(
      domainPrefix,
      '`current-user-<stage>-<account number>`',
      'First label of the sign-in domain, unique in the region over all accounts.',
    ),
  },
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
  },
  Operation: {
    memoryMegabytes: setting(
      wholeNumber(128, 10_240),
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
  ...SETTINGS.Operation,
});
export type Settings = v.InferOutput<typeof SettingsSchema>;
