/** What promises are tried with: the API, and people and services that the run makes for itself. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPerson } from '../../lib/operations/account-creation.ts';
import { createServiceAccount } from '../../lib/operations/account-lifecycle.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { SignInRefusedError, signIn, signInAsService, type Tokens } from '../local/sign-in.ts';
import { NoSignInFormError } from '../local/sign-in-form.ts';
import { auditedPorts, newPassword } from '../operators/operator-target.ts';
import { UserFacingError } from '../support/progress.ts';
import { type ApiCall, type ApiResponse, createApiClient, type SendCall } from './api-client.ts';
import { type AwsClients, createAwsClients } from './aws-clients.ts';
import { createCookieSession } from './cookie-session.ts';
import { guardedCalls, guardedPorts, MadeAccounts, removeMade } from './made-accounts.ts';
import { type Credentials, createPasswordClient, signInByPassword } from './password-sign-in.ts';
import type { Target } from './target.ts';

const PAUSE_MS = 5000;
const LOCAL_PAUSE_MS = 500;

/** Someone who was made by the run and has signed in. */
export interface Person extends Credentials {
  email: string;
  subject: string;
  directoryName: string;
  tokens: Tokens;
  get(headers?: Record<string, string>): Promise<ApiResponse>;
  patch(fields: unknown, headers?: Record<string, string>): Promise<ApiResponse>;
}

/** A service account that was made by the run. */
export interface Service {
  username: string;
  clientId: string;
  clientSecret: string;
}

/** One run of acceptance on one deployment. */
export class AcceptanceContext {
  readonly target: Target;
  /** Operators' ports that write to accounts of this run only. */
  readonly ports: OperatorPorts;
  readonly made = new MadeAccounts();
  readonly aws: AwsClients;
  /** Sends a request to the API. */
  readonly call: SendCall;
  /** Begins every name of the run. */
  readonly prefix = `acceptance-${randomBytes(4).toString('hex')}`;
  readonly #people = new Map<string, Promise<Person>>();
  #service: Promise<Service> | undefined;
  #passwordClient: Promise<string> | undefined;
  #pageNeedsBrowser = false;

  constructor(target: Target) {
    this.target = target;
    this.ports = guardedPorts(auditedPorts(target, target.settings), this.made);
    this.aws = createAwsClients(target.settings);
    this.call = guardedCalls(createApiClient(target.apiUrl), this.made);
  }

  get isLocal(): boolean {
    return this.target.localEndpoint !== null;
  }

  /** Waits, by default before something is looked for again that arrives late. */
  pause(milliseconds = this.isLocal ? LOCAL_PAUSE_MS : PAUSE_MS): Promise<unknown> {
    return sleep(milliseconds);
  }

  /** A name that nobody has. */
  name(role: string): string {
    const name = `${this.prefix}-${role}-${randomBytes(2).toString('hex')}`;
    this.made.names.add(name);
    return name;
  }

  /** An address that nobody has. On AWS mail to it ends in the mailbox simulator of Amazon SES. */
  email(role: string): string {
    const email = this.isLocal
      ? `${this.name(role)}@users.example`
      : `success+${this.name(role)}@simulator.amazonses.com`;
    this.made.names.add(email);
    return email;
  }

  /** The person in that role, made when first asked for. */
  person(role: string): Promise<Person> {
    const person = this.#people.get(role) ?? this.newPerson(role);
    this.#people.set(role, person);
    // One that could not be made is made anew for the next promise.
    person.catch(() => this.#people.delete(role));
    return person;
  }

  /** A person for one promise, which may change anything about them. */
  async newPerson(role: string, { isSuperuser = false } = {}): Promise<Person> {
    const given = { username: this.name(role), email: this.email(role) };
    const { record } = await createPerson(this.ports, { ...given, isSuperuser });
    const { subject, directoryName } = record;
    if (directoryName === null) throw new Error('A person has a directory name');
    const password = newPassword();
    await this.ports.directory.setPassword(directoryName, password);
    const { username, email } = given;
    const signInName = this.ports.signInNames === 'email' ? email : username;
    return this.signedIn({ ...given, signInName, password, subject, directoryName });
  }

  /** That person after a sign-in. */
  async signedIn(person: Omit<Person, 'tokens' | 'get' | 'patch'>): Promise<Person> {
    const tokens = await this.signIn(person);
    return { ...person, ...this.requestsWith(tokens.accessToken), tokens };
  }

  /** Requests with a token. */
  requestsWith(token: string): Pick<Person, 'get' | 'patch'> {
    const send = (call: ApiCall) => this.call({ token, ...call });
    return {
      get: (headers = {}) => send({ headers }),
      patch: (body, headers = {}) => send({ method: 'PATCH', body, headers }),
    };
  }

  /**
   * Signs in as a page does, or with the password where the page needs a browser.
   * @throws SignInRefusedError
   */
  async signIn(credentials: Credentials): Promise<Tokens> {
    if (!this.#pageNeedsBrowser) {
      try {
        return await this.signInAtPage(credentials);
      } catch (error) {
        if (!(error instanceof NoSignInFormError)) throw error;
        this.#pageNeedsBrowser = true;
      }
    }
    if (this.target.config.patchClientIds.length > 0) {
      throw new UserFacingError('patchClients is set, and the sign-in page needs a browser.');
    }
    return this.signInAtApi(credentials);
  }

  /** True where a name and password give no token. */
  async isRefused(credentials: Credentials): Promise<boolean> {
    try {
      await this.signIn(credentials);
      return false;
    } catch (error) {
      if (error instanceof SignInRefusedError) return true;
      throw error;
    }
  }

  /**
   * Signs in at the hosted sign-in: authorization code with PKCE, as the SPA's client.
   * @throws NoSignInFormError where that needs a browser
   */
  signInAtPage(
    { username, signInName = username, password }: Credentials,
    { scopes, send = this.newBrowser() }: { scopes?: string[]; send?: PageSession } = {},
  ): Promise<Tokens> {
    return signIn({ ...this.target, send }, { username: signInName, password }, scopes);
  }

  /** Signs in at Cognito's own API, with a client of the run's own. */
  async signInAtApi(credentials: Credentials): Promise<Tokens> {
    const { userPoolId } = this.target;
    const options = { userPoolId, name: this.name('password'), made: this.made };
    this.#passwordClient ??= createPasswordClient(this.aws.cognito, options);
    const clientId = await this.#passwordClient;
    return signInByPassword(this.aws.cognito, { userPoolId, clientId }, credentials);
  }

  /** A browser that has not signed in yet. */
  newBrowser(): PageSession {
    return createCookieSession(this.target.authorizeUrl, this.isLocal);
  }

  /** The service account of the run, made when first asked for. */
  service(): Promise<Service> {
    this.#service ??= this.newService('service');
    return this.#service;
  }

  /** A service account for one promise. */
  async newService(role: string): Promise<Service> {
    const username = this.name(role);
    const given = { username, organizationId: randomUUID() };
    const { credentials } = await createServiceAccount(this.ports, given);
    return { username, ...credentials };
  }

  /** An access token by client credentials. */
  async serviceToken(service: Pick<Service, 'clientId' | 'clientSecret'>, scopes?: string[]) {
    const { tokenUrl } = this.target;
    const tokens = await signInAsService({ tokenUrl, send: this.newBrowser() }, service, scopes);
    return tokens.accessToken;
  }

  /** Removes everything that was made. @returns what is left */
  cleanUp(): Promise<string[]> {
    return removeMade(this.ports, this.made);
  }
}

type PageSession = ReturnType<typeof createCookieSession>;
