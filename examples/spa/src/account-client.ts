/** The account as the page shows it, read and changed with the client of the API. */
import {
  type AccountUpdate,
  type Capabilities as CapabilitiesBody,
  createAccountClient as createApiClient,
  type ReadProblem,
  type Result,
  type UpdateProblem,
  type Account as User,
} from 'current-user-client';
import { authentication, merging, retrying } from 'current-user-client/interceptors';

export type { User };
export type UserUpdate = AccountUpdate;
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

/** Problem details of an error response (RFC 9457), or that there was none. */
export type Problem = ReadProblem | UpdateProblem | typeof NO_RESPONSE;

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

/** @param accessToken returns the token for a request; null sends none, and the API responds 401 */
export function createAccountClient(
  apiUrl: string,
  accessToken: () => Promise<string | null>,
): AccountClient {
  const interceptors = [authentication({ accessToken }), merging(), retrying()];
  const api = createApiClient({ apiUrl, interceptors });
  return {
    read: async () => {
      // One after the other: the first may make a new e-mail address the account's.
      const account = await answerOf(api.read());
      const { fields, pending_email } = (await answerOf(api.capabilities())).data;
      return accountOf(account, fields, pending_email?.address);
    },
    update: async (account, changes) => {
      const updated = await answerOf(api.update(changes, { ifMatch: account.etag }));
      const asked = changes.email ?? account.pendingEmail ?? undefined;
      return accountOf(updated, account.capabilities, asked);
    },
  };
}

interface Answer<Data> {
  data: Data;
  etag: string | null;
  response: Response;
}

/** @param asked the new e-mail address, which waits as long as the response says so */
function accountOf(
  { data, etag, response }: Answer<User>,
  capabilities: Capabilities,
  asked: string | undefined,
): Account {
  const isPending = response.headers.has('email-change');
  const pendingEmail = isPending && asked !== undefined ? asked : null;
  if (etag === null) throw new AccountError(NO_RESPONSE);
  return { user: data, etag, capabilities, pendingEmail };
}

/** @throws AccountError, also where no response came */
async function answerOf<Data>(call: Promise<Result<Data, Problem>>): Promise<Answer<Data>> {
  const result = await call.catch(() => ({ error: NO_RESPONSE }));
  if (result.error !== undefined) throw new AccountError(result.error);
  return result;
}

const NO_RESPONSE = {
  status: 0,
  code: 'no_response',
  detail: 'The service could not be reached. Check your connection and try again.',
  errors: [],
  request_id: '',
} as const;
