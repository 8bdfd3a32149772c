/** Demo accounts of `npm start`: one of each kind the service distinguishes. */
import { randomUUID } from 'node:crypto';
import type { StoredAccount } from '../../lib/account/account.ts';
import { foldName } from '../../lib/account/names.ts';
import { newRecord } from '../../lib/account/record-change.ts';
import {
  createServiceAccount,
  rotateServiceAccount,
} from '../../lib/operations/account-lifecycle.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { ensureSuperusersListed } from '../../lib/operations/superusers.ts';
import { firstAccount } from '../../lib/self-service/provisioning.ts';
import { emailVerification } from '../../lib/self-service/sign-in-names.ts';
import { PROVIDER_NAME, type ProviderIdentity } from './identity-provider.ts';

/** Default identity at the identity provider. */
export const SSO_IDENTITY = {
  subject: 'partner-4711',
  email: 'sam@partner.example',
  name: 'Sam Partner',
  picture: 'https://partner.example/sam.png',
} satisfies ProviderIdentity;

interface DemoPerson {
  username: string;
  about: string;
  /** Differences from an ordinary record; null for no record. */
  record: { account?: Partial<StoredAccount>; internal?: boolean } | null;
}

const PEOPLE: DemoPerson[] = [
  { username: 'alice', about: 'a person', record: {} },
  { username: 'superuser', about: 'a superuser', record: { account: { is_superuser: true } } },
  { username: 'admin', about: 'the reserved admin account', record: {} },
  { username: 'internal', about: 'an internal account', record: { internal: true } },
  { username: 'inactive', about: 'not active', record: { account: { is_active: false } } },
  {
    username: 'expired',
    about: 'password expired',
    record: { account: { password_expired: true } },
  },
  { username: 'newcomer', about: 'never seen before', record: null },
];
const SERVICE_ACCOUNT = 'reporting-service';

/** A demo user: signs in with the password, or through the identity provider if there is none. */
export interface DemoAccount {
  username: string;
  /** What they sign in with. */
  signInName: string;
  email: string;
  password: string | null;
  /** Description for the printed table. */
  about: string;
  /** The `sub` of their tokens; null until the first sign-in through the provider. */
  subject: string | null;
}

/** A service account and the credentials of its app client. */
export interface DemoServiceAccount {
  username: string;
  clientId: string;
  clientSecret: string;
  organizationId: string;
}

/** Creates the demo accounts. Existing ones are kept, with a new password or secret. */
export async function makeDemoAccounts(
  ports: OperatorPorts,
): Promise<{ people: DemoAccount[]; serviceAccounts: DemoServiceAccount[] }> {
  await ensureSuperusersListed(ports);
  const local = await Promise.all(PEOPLE.map((person) => makePerson(ports, person)));
  const { email } = SSO_IDENTITY;
  const about = `signs in through ${PROVIDER_NAME}`;
  const federated = {
    username: email,
    signInName: email,
    email,
    password: null,
    about,
    subject: null,
  };
  return { people: [...local, federated], serviceAccounts: [await makeServiceAccount(ports)] };
}

async function makePerson(
  ports: OperatorPorts,
  { username, about, record }: DemoPerson,
): Promise<DemoAccount> {
  const { store, directory, admin, signInNames, newPassword, runtime } = ports;
  const password = newPassword();
  const email = `${username}@users.example`;
  const signInName = signInNames === 'email' ? email : username;
  const person =
    (await directory.find(signInName)) ??
    (await admin.createPerson({ username, email, temporaryPassword: password }));
  const { subject, directoryName } = person;
  await directory.setPassword(directoryName, password);
  if (record && !(await store.find(subject))) {
    const { account, internal = false } = record;
    const first = firstAccount({ ...person, passwordExpired: false }, new Set(), ports);
    const stored = { ...first, username, ...account };
    const made = newRecord(subject, stored, runtime.nowSeconds(), {
      directoryName,
      internal,
      emailVerified: emailVerification(person, email),
    });
    await store.create(made);
  }
  return { username, signInName, email, password, about, subject };
}

async function makeServiceAccount(ports: OperatorPorts): Promise<DemoServiceAccount> {
  const username = SERVICE_ACCOUNT;
  const known = await ports.index.holdersOf([foldName(username)]);
  const { record, credentials } =
    known.size > 0
      ? await rotateServiceAccount(ports, username)
      : await createServiceAccount(ports, { username, organizationId: randomUUID() });
  return { username, ...credentials, organizationId: record.account.organization_id ?? '' };
}
