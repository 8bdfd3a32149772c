/** The description of the running service that `npm start` writes to .local/stack.json. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { SIGN_IN_NAMES } from '../../lib/contract.ts';
import { LOCAL_FOLDER } from './cloud-access.ts';
import { UserFacingError } from './progress.ts';
import { holderOf } from './run-lock.ts';

/** Path of the file; the variable STACK_FILE overrides it. */
const STACK_FILE = process.env['STACK_FILE'] || join(LOCAL_FOLDER, 'stack.json');
/** Held by the `npm start` whose service the file describes. */
export const STACK_LOCK = `${STACK_FILE}.lock`;

const LocalStackSchema = v.object({
  deploymentName: v.string(),
  /** Base URL: the operations are at `/users/me`. */
  apiUrl: v.string(),
  authorizeUrl: v.string(),
  tokenUrl: v.string(),
  /** Endpoint of the local cloud, for SDK clients. */
  endpointUrl: v.string(),
  userPoolId: v.string(),
  /** What people sign in with. */
  signInNames: v.picklist(SIGN_IN_NAMES),
  spaClientId: v.string(),
  redirectUri: v.string(),
  /** All redirect URIs of the sign-in, the one above first. */
  callbackUrls: v.array(v.string()),
  /** The example app and the API reference; null if they are not served. */
  appUrl: v.nullable(v.string()),
  docsUrl: v.nullable(v.string()),
  usersTableName: v.string(),
  getMeFunctionName: v.string(),
  patchMeFunctionName: v.string(),
  /** Log group of the audit lines. */
  auditLogGroupName: v.string(),
  adminUsername: v.string(),
  reservedNames: v.array(v.string()),
  releasedNameRestDays: v.number(),
  /** Settings of the notices as JSON; empty where nobody is told. */
  notices: v.string(),
  /** The mock identity provider and its default identity. */
  identityProvider: v.object({
    name: v.string(),
    url: v.string(),
    identity: v.object({
      subject: v.string(),
      email: v.string(),
      name: v.string(),
      picture: v.string(),
    }),
  }),
  people: v.array(
    v.object({
      username: v.string(),
      /** What they sign in with. */
      signInName: v.string(),
      /** Null for users of the identity provider. */
      password: v.nullable(v.string()),
      email: v.string(),
      about: v.string(),
      subject: v.nullable(v.string()),
    }),
  ),
  serviceAccounts: v.array(
    v.object({
      username: v.string(),
      clientId: v.string(),
      clientSecret: v.string(),
      organizationId: v.string(),
    }),
  ),
});

/** URLs, resource names and demo accounts of a service on the local cloud. */
export type LocalStack = v.InferOutput<typeof LocalStackSchema>;

/** Writes the file, readable by its owner only. */
export async function writeStackFile(stack: LocalStack): Promise<void> {
  await mkdir(dirname(STACK_FILE), { recursive: true });
  await writeFile(STACK_FILE, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
}

/** Reads the file. @throws UserFacingError when no service is running */
export async function readStackFile(): Promise<LocalStack> {
  const run = await holderOf(STACK_LOCK);
  const text = run?.alive === false ? null : await readFile(STACK_FILE, 'utf8').catch(() => null);
  if (text !== null) return v.parse(v.pipe(v.string(), v.parseJson(), LocalStackSchema), text);
  throw new UserFacingError(
    run?.alive
      ? 'The service is still starting: try again when npm start says that it is ready.'
      : 'No service is running: start it with npm start.',
  );
}

/** Removes the file. */
export async function removeStackFile(): Promise<void> {
  await rm(STACK_FILE, { force: true });
}
