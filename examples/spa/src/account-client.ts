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
export type PasswordRules = CapabilitiesBody['password_rules'];

/** The account at one version, and which fields its owner may edit now. */
export interface Account {
  user: User;
  /** Entity tag of the version, for `If-Match`. */
  etag: string;
  capabilities: Capabilities;
  passwordRules: PasswordRules;
  /** Whether the e-mail address is proven; null where only Cognito knows. */
  emailVerified: boolean | null;
  /** The new e-mail address that is not the account's before its owner has proven it. */
  pendingEmail: string | null;
}

/** Problem details of an error response (RFC 9457), or what the page has found without one. */
export type Problem = ReadProblem | UpdateProblem | LocalProblem;

interface LocalProblem {
  status: 0;
  code: 'no_response' | 'signed_out' | 'changed_elsewhere';
  detail: string;
  errors: never[];
  request_id: '';
}

/** A problem that no response describes. */
export function localProblem(code: LocalProblem['code']): LocalProblem {
  return { status: 0, code, detail: code, errors: [], request_id: '' };
}

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
  /**
   * Updates the account, provided that what it changes is as it was at that version
   * (`precondition_failed`).
   */
  update(account: Account, changes: UserUpdate): Promise<Account>;
}

/** Access tokens; null where nobody is signed in any more. */
interface Tokens {
  accessToken(): Promise<string | null>;
  /** Another one, for one that the API refuses. */
  renew(): Promise<string | null>;
}

/** Sends nothing without a token: `signed_out`. */
export function createAccountClient(apiUrl: string, tokens: Tokens): AccountClient {
  const signedIn = async (asked: Promise<string | null>): Promise<string> => {
    const token = await asked;
    if (token === null) throw new AccountError(localProblem('signed_out'));
    return token;
  };
  const source = {
    accessToken: () => signedIn(tokens.accessToken()),
    renew: () => signedIn(tokens.renew()),
  };
  const interceptors = [authentication(source), merging(), retrying()];
  const api = createApiClient({ apiUrl, interceptors });
  return {
    read: async () => {
      // One after the other: the first may make a new e-mail address the account's.
      const account = await answerOf(api.read());
      const { data } = await answerOf(api.capabilities());
      const known = {
        capabilities: data.fields,
        passwordRules: data.password_rules,
        emailVerified: data.email_verified,
      };
      return accountOf(account, known, data.pending_email?.address);
    },
    update: async (account, changes) => {
      const updated = await answerOf(api.update(changes, { ifMatch: account.etag }));
      const asked = changes.email ?? account.pendingEmail ?? undefined;
      const isSameEmail = updated.data.email === account.user.email;
      const emailVerified = isSameEmail ? account.emailVerified : null;
      return accountOf(updated, { ...account, emailVerified }, asked);
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
  known: Pick<Account, 'capabilities' | 'passwordRules' | 'emailVerified'>,
  asked: string | undefined,
): Account {
  const isPending = response.headers.has('email-change');
  const pendingEmail = isPending && asked !== undefined ? asked : null;
  if (etag === null) throw new AccountError(localProblem('no_response'));
  const { capabilities, passwordRules, emailVerified } = known;
  return { user: data, etag, capabilities, passwordRules, emailVerified, pendingEmail };
}

/** @throws AccountError, also where no response came */
async function answerOf<Data>(call: Promise<Result<Data, Problem>>): Promise<Answer<Data>> {
  const result = await call.catch((error: unknown) => {
    throw error instanceof AccountError ? error : new AccountError(localProblem('no_response'));
  });
  if (result.error !== undefined) throw new AccountError(result.error);
  return result;
}
