/** Requests and expected responses of the benchmark: one person, 17 keys. */

import { awsDate } from '../support/claims.ts';

/** Subject of the token and id of the account. */
const SUBJECT = 'f3a4b8c2-7011-70d5-9c5e-0d8a3f6b1c2e';
export const USER_POOL_ID = 'eu-central-1_Ab12Cd34E';
const CLIENT_ID = '4f2k9s8d7f6g5h4j3k2l1m0n9p';
export const TABLE_NAME = 'users';

/** The item in the DynamoDB stub, in the service's format. */
export const RECORD = {
  pk: `USER#${SUBJECT}`,
  schema: 1,
  subject: SUBJECT,
  account: {
    id: SUBJECT,
    username: 'ada',
    email: 'ada@example.com',
    name: 'Ada Lovelace',
    company: 'Analytical Engines Ltd',
    job_title: 'Programmer',
    avatar_url: 'https://images.example.com/ada.png',
    metadata: JSON.stringify({ theme: 'dark', shortcuts: [1, 2, 3], nested: { a: true } }),
    password_expired: false,
    oauth_provider: null,
    oauth_id: null,
    is_active: true,
    is_superuser: false,
    is_service_account: false,
    is_onboarded: true,
    organization_id: null,
  },
  version: 3,
  revision: 4,
  directoryName: 'dir-ada',
  internal: false,
  refreshedAt: null,
  temporaryPasswordSince: null,
  sessions: null,
  intent: null,
  change: {
    kept: {
      createdAt: 1_767_225_600,
      updatedAt: 1_767_229_200,
      passwordChangedAt: null,
      emailVerified: true,
      editedFields: ['company', 'job_title'],
      fieldVersions: { since: 1, fields: { company: 2, job_title: 2, metadata: 3 } },
    },
  },
};

/** The account as every competitor must return it, in any order of keys. */
const EXPECTED_BODY = {
  ...RECORD.account,
  metadata: JSON.parse(RECORD.account.metadata),
  password: null,
};

/** Claims of an access token that is valid for a day. */
function claims(now = Math.floor(Date.now() / 1000)) {
  return {
    sub: SUBJECT,
    iss: `https://cognito-idp.eu-central-1.amazonaws.com/${USER_POOL_ID}`,
    version: '2',
    client_id: CLIENT_ID,
    origin_jti: 'session-1',
    token_use: 'access',
    scope: 'openid users/me.write users/me.read',
    auth_time: String(now - 60),
    exp: awsDate(now + 86_400),
    iat: awsDate(now - 60),
    jti: '0b8f6a34-2f0e-4f7e-8a3c-6d5b4a392817',
    username: 'dir-ada',
  };
}

/** A measured request. */
export interface BenchCall {
  /** Of its parts and its file. */
  name: string;
  /** Proxy event of a REST API. */
  event: object;
  status: number;
  /** The expected response; absent where competitors describe a refusal in their own way. */
  body?: object;
}

/** A read of the account. */
export const GET_CALL: BenchCall = {
  name: 'get',
  event: proxyEvent('GET'),
  status: 200,
  body: EXPECTED_BODY,
};

const patch = (name: string, sent: object, status: number, body?: object): BenchCall => ({
  name,
  event: proxyEvent('PATCH', sent),
  status,
  ...(body && { body }),
});
const NEW_NAME = { name: 'Countess of Lovelace' };

/** Changes of the account. The table forgets them, so that every call changes it anew. */
export const PATCH_CALLS = {
  /** One read and one conditional write. */
  profile: patch('profile', NEW_NAME, 200, { ...EXPECTED_BODY, ...NEW_NAME }),
  /** One read. */
  unchanged: patch('unchanged', { name: RECORD.account.name }, 200, EXPECTED_BODY),
  /** Eight fields that cannot be accepted. */
  refused: patch(
    'refused',
    {
      name: '',
      company: 'c'.repeat(51),
      job_title: 7,
      avatar_url: 'no URL',
      username: 'a b',
      email: 'no address',
      is_onboarded: 'yes',
      nickname: 'Ada',
    },
    422,
  ),
  /** Loads Cognito's client: two writes, and Cognito's part between them. */
  password: patch('password', { password: 'Correct-horse-9-battery' }, 200, EXPECTED_BODY),
} as const satisfies Record<string, BenchCall>;

/** Proxy event of a request through an API Gateway REST API. */
function proxyEvent(httpMethod: string, body?: object) {
  const headers = {
    Accept: 'application/json',
    ...(body && { 'Content-Type': 'application/json' }),
    Authorization: 'Bearer header.payload.signature',
    Host: 'abc123.execute-api.eu-central-1.amazonaws.com',
    Origin: 'http://localhost:5173',
    'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64)',
    'X-Forwarded-For': '203.0.113.7',
  };
  return {
    resource: '/users/me',
    path: '/users/me',
    httpMethod,
    headers,
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value]]),
    ),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      resourceId: 'x7k2p9',
      resourcePath: '/users/me',
      httpMethod,
      extendedRequestId: 'Jx3kQF0VliAEr9Q=',
      requestTime: '01/Jan/2026:00:00:00 +0000',
      path: '/v1/users/me',
      accountId: '123456789012',
      protocol: 'HTTP/1.1',
      stage: 'v1',
      domainPrefix: 'abc123',
      requestTimeEpoch: Date.now(),
      requestId: '1f0c7a52-3b6d-4c1a-9a7e-2d4c6b8a0e13',
      identity: { sourceIp: '203.0.113.7', userAgent: 'Mozilla/5.0', accountId: null },
      domainName: 'abc123.execute-api.eu-central-1.amazonaws.com',
      apiId: 'abc123',
      authorizer: { claims: claims() },
    },
    body: body ? JSON.stringify(body) : null,
    isBase64Encoded: false,
  };
}
