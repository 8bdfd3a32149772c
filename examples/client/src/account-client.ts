/** Client of `/users/me`, typed by the OpenAPI document of the service. */
import createClient from 'openapi-fetch';
import type { components, operations, paths } from './api-schema.ts';
import { type Interceptor, type Send, withInterceptors } from './interceptors.ts';
import { isProblem } from './received-problem.ts';

type Schemas = components['schemas'];

/** The account; every key is always present. */
export type Account = Schemas['User'];
/** The fields to change; see the contract for what null and an absent field mean. */
export type AccountUpdate = Schemas['UserUpdate'];
/** Which fields may be changed now, and why not the others. */
export type Capabilities = Schemas['Capabilities'];

/** Members that come with one code only. */
interface MembersByCode {
  /** Greatest age of the sign-in, in seconds. */
  insufficient_user_authentication: { max_age: number };
  insufficient_scope: { scope: string };
  /** Fields that changed since the version asked for; null where that cannot be told. */
  precondition_failed: { changed: (keyof Account)[] | null };
}

type ContentOf<Response> = Response extends {
  content: { 'application/problem+json': infer Content extends { code?: string } };
}
  ? Content
  : never;
type CodeOf<Operation extends keyof operations> = NonNullable<
  ContentOf<operations[Operation]['responses'][keyof operations[Operation]['responses']]>['code']
>;
type ProblemWith<Code extends string> = Code extends string
  ? Omit<Schemas['Problem'], 'code' | 'max_age' | 'scope' | 'changed'> & {
      code: Code;
    } & (Code extends keyof MembersByCode ? MembersByCode[Code] : unknown)
  : never;

/** A response that is not the service's, for example a proxy's; `status` is that response's. */
type UnexpectedResponse = ProblemWith<'unexpected_response'>;

/** Why the account was not read (RFC 9457): a union that `code` narrows. */
export type ReadProblem = ProblemWith<CodeOf<'getMe'>> | UnexpectedResponse;
/** Why the account was not changed (RFC 9457): a union that `code` narrows. */
export type UpdateProblem = ProblemWith<CodeOf<'patchMe'>> | UnexpectedResponse;

/** What came of a call: either `data` or `error`. */
export type Result<Data, Problem> =
  | {
      data: Data;
      error?: never;
      /** Entity tag of the account for `ifMatch`; null where the response has none. */
      etag: string | null;
      response: Response;
    }
  | { data?: never; error: Problem; response: Response };

interface ReadOptions {
  signal?: AbortSignal;
}

interface UpdateOptions extends ReadOptions {
  /** Change the account only if it is still at this version. @default whatever its version */
  ifMatch?: string | null;
  /** Merge `metadata` (RFC 7396) in place of replacing it. @default false */
  mergePatch?: boolean;
}

/** The operations. Each rejects where no response comes, as `fetch` does. */
export interface AccountClient {
  read(options?: ReadOptions): Promise<Result<Account, ReadProblem>>;
  capabilities(options?: ReadOptions): Promise<Result<Capabilities, ReadProblem>>;
  update(changes: AccountUpdate, options?: UpdateOptions): Promise<Result<Account, UpdateProblem>>;
}

interface ClientOptions {
  /** Base URL of the API, without `/users/me`. */
  apiUrl: string;
  /** From the outside in: the first one sees a request first and its response last. */
  interceptors?: readonly Interceptor[];
  /** @default the global fetch */
  fetch?: Send;
}

export function createAccountClient({
  apiUrl,
  interceptors = [],
  fetch: send,
}: ClientOptions): AccountClient {
  const api = createClient<paths>({ baseUrl: apiUrl, fetch: withInterceptors(interceptors, send) });
  return {
    read: (options) => settle(api.GET('/users/me', { ...options })),
    capabilities: (options) =>
      settle(
        api.GET('/users/me', {
          ...options,
          headers: { accept: 'application/vnd.current-user.capabilities+json' },
        }),
      ),
    update: (changes, { ifMatch = null, mergePatch = false, ...options } = {}) =>
      settle(
        api.PATCH('/users/me', {
          ...options,
          body: changes,
          params: ifMatch === null ? {} : { header: { 'If-Match': ifMatch } },
          headers: mergePatch ? { 'content-type': 'application/merge-patch+json' } : {},
        }),
      ),
  };
}

async function settle<Data, Problem>(
  call: Promise<{ data?: unknown; error?: unknown; response: Response }>,
): Promise<Result<Data, Problem>> {
  const { data, error, response } = await call;
  if (data !== undefined) {
    // The contract says so: openapi-fetch drops members whose type is null alone.
    return { data: data as Data, etag: response.headers.get('etag'), response };
  }
  const problem = isProblem(error) ? error : unexpected(response);
  // The codes of an operation are those of its contract.
  return { error: problem as Problem, response };
}

function unexpected(response: Response): UnexpectedResponse {
  return {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    detail: 'The response is not one of the service.',
    code: 'unexpected_response',
    errors: [],
    request_id: response.headers.get('x-request-id') ?? '',
  };
}
