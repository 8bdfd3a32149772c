/** Settings of who calls the API, from where and how often. */
import {
  arn,
  hostName,
  isSafeUrl,
  listOf,
  optional,
  setting,
  text,
  wholeNumber,
} from './setting-values.ts';

const origins = listOf(
  (text) => isSafeUrl(text) && new URL(text).origin === text,
  'must list origins as browsers send them (scheme, host, port; no path), each https:, or http: on this machine',
);
// No `*`, which would allow every header but `authorization`.
const headers = listOf(
  (text) => /^[\w-]{1,64}$/.test(text),
  'must list names of request headers: each 1 to 64 letters, digits, hyphens and underscores',
);
const clients = listOf(
  (text) => /^[\w+]{1,128}$/.test(text),
  'must list ids of app clients, or spa for the app client of the SPA',
);

export const ACCESS_SETTINGS = {
  corsOrigins: optional(
    origins,
    'origin of each callback URL',
    'Origins allowed by CORS; an empty list allows none.',
  ),
  corsHeaders: setting(
    headers,
    [],
    'More request headers that pages may send, for example `sentry-trace,source-context`. The functions do not read them.',
  ),
  apiDomain: optional(
    hostName(),
    "API Gateway's own host name",
    '[Custom domain](settings-explained.md#custom-domain) of the API.',
  ),
  apiCertificateArn: optional(
    arn('acm', 'certificate/[\\w-]+', 'arn:aws:acm:eu-west-1:111122223333:certificate/...'),
    'none',
    'ARN of the certificate for `apiDomain`, from AWS Certificate Manager in the same region.',
  ),
  apiHostedZoneId: optional(
    text(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a hosted zone, for example Z0123456789ABCDEF'),
    'you create the DNS record',
    'Id of the Route 53 hosted zone in which the stack creates the DNS record for `apiDomain`.',
  ),
  patchClients: setting(
    clients,
    [],
    'Ids of the app clients whose tokens may `PATCH`, `spa` for that of the SPA; none means all clients of the pool. Tokens of other clients get 403 `client_not_allowed`.',
  ),
  throttleRate: setting(
    wholeNumber(1, 1_000_000),
    500,
    'Requests per second, over all callers, per operation.',
  ),
  throttleBurst: setting(
    wholeNumber(1, 1_000_000),
    1000,
    'Burst of requests above the rate, per operation.',
  ),
  webAclRateLimit: optional(
    wholeNumber(10, 2_000_000_000),
    'no web ACL',
    'Adds a [web ACL](settings-explained.md#web-acl) that blocks an IP address after this many requests in five minutes.',
  ),
} as const;
