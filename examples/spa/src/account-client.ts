/** Client of the API, typed by its OpenAPI document: reads and updates the account. */
import createClient, { type Middleware } from 'openapi-fetch';
import * as v from 'valibot';
import type { components, paths } from './api-schema.d.ts';

export type User = components['schemas']['User'];
export type UserUpdate = components['schemas']['UserUpdate'];
type CapabilitiesBody = components['schemas']['Capabilities'];
export type Capabilities = CapabilitiesBody['fields'];

/** The account at one version, and which fields its owner may edit now. */
export interface Account {
  user: User;
  /** Entity tag of the version, for `If-Match`. */
  etag: string;
  capabilities: Capabilities;
  /** The new e-mail address that is not the account's before its owner has proven it. */
  pendingEmail: string | null;
}

const ProblemSchema = v.object({
  status: v.number(),
  detail: v.string(),
  code: v.string(),
  errors: v.array(v.object({ pointer: v.string(), code: v.string(), detail: v.string() })),
  request_id: v.string(),
  max_age: v.optional(v.number()),
});

/** Problem details of an error response (RFC 9457). */
export type Problem = v.InferOutput<typeof ProblemSchema>;

/** The API returned a problem, or the response could not be read. */
export class AccountError extends Error {
  override readonly name = 'AccountError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** The operations of the API. Each throws AccountError. */
export interface AccountClient {
  read(): Promise<Account>;
  /** Updates the account, provided it is still at that version. */
  update(account: Account, changes: UserUpdate): Promise<Account>;
}

const CAPABILITIES_TYPE = 'application/vnd.current-user.capabilities+json';

/** @param accessToken returns the token for a request; null sends none, and the API responds 401 */
export function createAccountClient(
  apiUrl: string,
  accessToken: () => Promise<string | null>,
): AccountClient {
  const api = createClient<paths>({ baseUrl: apiUrl });
  api.use(authorization(accessToken));
  const capabilities = async () => {
    const response = await api.GET('/users/me', { headers: { accept: CAPABILITIES_TYPE } });
    const body = bodyOf(response.data, response.error);
    if (!('fields' in body)) throw new AccountError(NO_RESPONSE);
    return body;
  };
  return {
    read: () =>
      withProblems(async () => {
        // One after the other: the first may make a new e-mail address the account's.
        const account = await api.GET('/users/me');
        const body = bodyOf(account.data, account.error);
        const { fields, pending_email } = await capabilities();
        return accountOf(account.response, body, fields, pending_email?.address);
      }),
    update: (account, changes) =>
      withProblems(async () => {
        const headers = { 'If-Match': account.etag };
        const response = await api.PATCH('/users/me', {
          params: { header: headers },
          body: changes,
        });
        const body = bodyOf(response.data, response.error);
        const asked = changes.email ?? account.pendingEmail ?? undefined;
        return accountOf(response.response, body, account.capabilities, asked);
      }),
  };
}

function authorization(accessToken: () => Promise<string | null>): Middleware {
  return {
    onRequest: async ({ request }) => {
      const token = await accessToken();
      if (token !== null) request.headers.set('authorization', `Bearer ${token}`);
      return request;
    },
  };
}

/** @param asked the new e-mail address, which waits as long as the response says so */
function accountOf(
  response: Response,
  body: object,
  capabilities: Capabilities,
  asked: string | undefined,
): Account {
  const isPending = response.headers.has('email-change');
  const pendingEmail = isPending && asked !== undefined ? asked : null;
  const etag = response.headers.get('etag');
  if (!isUser(body) || etag === null) throw new AccountError(NO_RESPONSE);
  return { user: body, etag, capabilities, pendingEmail };
}

const isUser = (body: object): body is User => 'username' in body;

function bodyOf<Body extends object>(body: Body | undefined, error: unknown): Body {
  if (body !== undefined) return body;
  const problem = v.safeParse(ProblemSchema, error);
  throw new AccountError(problem.success ? problem.output : NO_RESPONSE);
}

/** Turns network failures and bodies that are not JSON into problems. */
async function withProblems<Result>(call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof AccountError ? error : new AccountError(NO_RESPONSE);
  }
}

const NO_RESPONSE: Problem = {
  status: 0,
  code: 'no_response',
  detail: 'The service could not be reached. Check your connection and try again.',
  errors: [],
  request_id: '',
};
