/** Reads and changes the account over HTTP, typed by the API's own document. Knows no pages. */
import createClient, { type Middleware } from 'openapi-fetch';
import * as v from 'valibot';
import type { components, paths } from './api-schema.d.ts';

export type User = components['schemas']['User'];
export type UserUpdate = components['schemas']['UserUpdate'];
export type Capabilities = components['schemas']['Capabilities']['fields'];

/** The account at one version, and what its owner may change in it now. */
export interface Account {
  user: User;
  /** Names the version, for `If-Match`. */
  etag: string;
  capabilities: Capabilities;
}

const ProblemSchema = v.object({
  status: v.number(),
  detail: v.string(),
  code: v.string(),
  errors: v.array(v.object({ pointer: v.string(), code: v.string(), detail: v.string() })),
  request_id: v.string(),
  max_age: v.optional(v.number()),
});

/** Why a request was refused (RFC 9457). */
export type Problem = v.InferOutput<typeof ProblemSchema>;

/** The request was refused, or nothing that can be understood came back. */
export class AccountError extends Error {
  override readonly name = 'AccountError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** The operations of the API. Each of them throws AccountError. */
export interface AccountClient {
  read(): Promise<Account>;
  /** Changes the account if it is still at that version. */
  update(account: Account, changes: UserUpdate): Promise<Account>;
}

const CAPABILITIES_TYPE = 'application/vnd.current-user.capabilities+json';

/** @param accessToken gives the token of each request; null for none, which the API refuses */
export function createAccountClient(
  apiUrl: string,
  accessToken: () => Promise<string | null>,
): AccountClient {
  const api = createClient<paths>({ baseUrl: apiUrl });
  api.use(authorization(accessToken));
  const capabilities = async () => {
    const answer = await api.GET('/users/me', { headers: { accept: CAPABILITIES_TYPE } });
    const body = received(answer.data, answer.error);
    if (!('fields' in body)) throw new AccountError(NO_ANSWER);
    return body.fields;
  };
  return {
    read: () =>
      answering(async () => {
        const [account, fields] = await Promise.all([api.GET('/users/me'), capabilities()]);
        return accountOf(account.response, received(account.data, account.error), fields);
      }),
    update: (account, changes) =>
      answering(async () => {
        const headers = { 'If-Match': account.etag };
        const answer = await api.PATCH('/users/me', { params: { header: headers }, body: changes });
        const body = received(answer.data, answer.error);
        return accountOf(answer.response, body, account.capabilities);
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

function accountOf(response: Response, body: object, capabilities: Capabilities): Account {
  const etag = response.headers.get('etag');
  if (!isUser(body) || etag === null) throw new AccountError(NO_ANSWER);
  return { user: body, etag, capabilities };
}

const isUser = (body: object): body is User => 'username' in body;

function received<Body extends object>(body: Body | undefined, error: unknown): Body {
  if (body !== undefined) return body;
  const problem = v.safeParse(ProblemSchema, error);
  throw new AccountError(problem.success ? problem.output : NO_ANSWER);
}

/** A network that fails, and a body that is no JSON, are refusals too. */
async function answering<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof AccountError ? error : new AccountError(NO_ANSWER);
  }
}

const NO_ANSWER: Problem = {
  status: 0,
  code: 'no_answer',
  detail: 'The service could not be reached. Check your connection and try again.',
  errors: [],
  request_id: '',
};
