/** The administration of the in-memory directory, and a world of all ports that operators use. */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { type AccountRecord, AccountRecordSchema } from '../../lib/account/account-record.ts';
import { DirectoryRefusalError } from '../../lib/account/errors.ts';
import type { DirectoryAdmin, OperatorPorts } from '../../lib/operations/ports.ts';
import { aPerson, aTestContext, RULES } from './builders.ts';
import { type Fault, withFault } from './faulty-ports.ts';
import { createInMemoryAccountIndex } from './in-memory-account-index.ts';
import type { InMemoryDirectory } from './in-memory-directory.ts';

export interface InMemoryAdmin extends DirectoryAdmin {
  /** By client id. */
  clients: Map<string, { isRestricted: boolean }>;
}

export function createInMemoryAdmin(
  directory: InMemoryDirectory,
  clientIds: Iterable<string> = [],
  uuid: () => string = randomUUID,
): InMemoryAdmin {
  const { people, passwords } = directory;
  const clients = new Map([...clientIds].map((id) => [id, { isRestricted: true }]));

  return {
    clients,
    async createPerson({ username, email, temporaryPassword }) {
      const { signInNames } = directory;
      if (signInNames === 'email' && email === null) {
        throw new DirectoryRefusalError('invalid_value', 'username');
      }
      const subject = uuid();
      const person = aPerson({
        subject,
        directoryName: { aliases: uuid, email: () => subject, username: () => username }[
          signInNames
        ](),
        preferredUsername: signInNames === 'aliases' ? username : null,
        email,
        emailVerified: email !== null,
        passwordExpired: true,
      });
      const signsIn = { aliases: email, email, username }[signInNames];
      const isHeld = signsIn !== null && directory.named(signsIn) !== null;
      const refusal = directory.refusalOf(signInNames === 'aliases' ? { username } : {});
      if (refusal ?? isHeld) throw new DirectoryRefusalError('alias_exists');
      directory.storePassword(person, temporaryPassword, true);
      return { ...person };
    },
    async setTemporaryPassword(name, password) {
      const person = directory.named(name);
      if (!person) throw new DirectoryRefusalError('not_found');
      directory.storePassword(person, password, true);
    },
    async temporaryPasswordDays() {
      return 7;
    },
    async removePerson(name) {
      const person = directory.named(name);
      if (!person) return;
      people.delete(person.directoryName);
      passwords.delete(person.directoryName);
    },
    async createClient() {
      const clientId = uuid().replaceAll('-', '');
      clients.set(clientId, { isRestricted: true });
      return { clientId, clientSecret: `secret of ${clientId}` };
    },
    async findClient(clientId) {
      return clients.get(clientId) ?? null;
    },
    async restrictClient(clientId) {
      if (clients.has(clientId)) clients.set(clientId, { isRestricted: true });
    },
    async removeClient(clientId) {
      clients.delete(clientId);
    },
  };
}

/** In-memory ports of operators that hold the given records, the people and clients behind them. */
export function anOperatorWorld(...records: AccountRecord[]) {
  const world = aTestContext(...records);
  const { store, directory } = world;
  Object.assign(store, store.forOperators);
  const services = records.filter(({ directoryName }) => directoryName === null);
  const clientIds = services.map(({ subject }) => subject);
  const findRecord = store.find;
  // As a table does, which holds whatever somebody put there.
  store.find = async (subject) => {
    const record = await findRecord(subject);
    return record && v.parse(AccountRecordSchema, record);
  };
  return {
    ...world,
    index: createInMemoryAccountIndex(store, 7),
    admin: createInMemoryAdmin(directory, clientIds),
    newPassword: () => `Aa1-${randomUUID()}`,
    adminUsername: RULES.adminUsername,
    reservedNames: RULES.reservedNames,
  };
}

export type OperatorWorld = ReturnType<typeof anOperatorWorld>;

/** The ports of that world, with the nth outside call of an operation going wrong. */
export function operatorFault(world: OperatorWorld, at: number, fault: Fault) {
  const { store, index, directory, admin } = world;
  const faulty = withFault(
    { store: { ...store, ...index }, directory: { ...directory, ...admin } },
    at,
    fault,
  );
  const { runtime, newPassword, adminUsername, reservedNames, signInNames } = world;
  const ports = {
    store: faulty.store,
    index: faulty.store,
    directory: faulty.directory,
    admin: faulty.directory,
    signInNames,
    runtime,
    newPassword,
    adminUsername,
    reservedNames,
  } as unknown as OperatorPorts;
  return { ports, names: faulty.names, settle: faulty.settle };
}
