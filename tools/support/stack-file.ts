/** The description of the running service that `npm start` leaves in .local/stack.json. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { LOCAL_FOLDER } from './cloud-access.ts';
import { UserFacingError } from './progress.ts';

/** Where it is, unless the variable STACK_FILE says otherwise. */
const STACK_FILE = process.env['STACK_FILE'] || join(LOCAL_FOLDER, 'stack.json');

const LocalStackSchema = v.object({
  /** The operations are at `/users/me` below it. */
  apiUrl: v.string(),
  authorizeUrl: v.string(),
  tokenUrl: v.string(),
  /** The local cloud itself: the endpoint of SDK clients. */
  endpointUrl: v.string(),
  userPoolId: v.string(),
  spaClientId: v.string(),
  redirectUri: v.string(),
  /** The example app and the page of the API; null where they are not served. */
  appUrl: v.nullable(v.string()),
  docsUrl: v.nullable(v.string()),
  usersTableName: v.string(),
  getMeFunctionName: v.string(),
  patchMeFunctionName: v.string(),
  /** The log that holds the audit lines of changes. */
  auditLogGroupName: v.string(),
  /** The stand-in for a company's identity provider, and who signs in there by default. */
  identityProvider: v.object({
    name: v.string(),
    url: v.string(),
    identity: v.object({ subject: v.string(), email: v.string() }),
  }),
  people: v.array(
    v.object({
      username: v.string(),
      /** Null where one signs in through the identity provider. */
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

/** Addresses, names and demonstration accounts of a service on the local cloud. */
export type LocalStack = v.InferOutput<typeof LocalStackSchema>;

/** Leaves the description where other commands find it, readable by its owner only. */
export async function writeStackFile(stack: LocalStack): Promise<void> {
  await mkdir(dirname(STACK_FILE), { recursive: true });
  await writeFile(STACK_FILE, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
}

/** The description of the running service. @throws UserFacingError where there is none */
export async function readStackFile(): Promise<LocalStack> {
  const text = await readFile(STACK_FILE, 'utf8').catch(() => null);
  if (text === null)
    throw new UserFacingError('No service is running here: start it with npm start.');
  return v.parse(v.pipe(v.string(), v.parseJson(), LocalStackSchema), text);
}

/** Takes the description away, unless it has become that of another service. */
export async function removeStackFile({ endpointUrl }: LocalStack): Promise<void> {
  const current = await readStackFile().catch(() => null);
  if (current?.endpointUrl === endpointUrl) await rm(STACK_FILE);
}
