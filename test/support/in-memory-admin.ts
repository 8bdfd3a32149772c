/** The administration of the in-memory directory, and a world of all ports that operators use. */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { type AccountRecord, AccountRecordSchema } from '../../lib/account/account-record.ts';
import { DirectoryRefusalError } from '../../lib/account/errors.ts';
import type { DirectoryAdmin, OperatorPorts } from '../../lib/operations/ports.ts';
import type { DirectoryPerson } from '../../lib/self-service/ports.ts';
import { aPerson, aTestContext, RULES } from './builders.ts';
import { type Fault, withFault } from './faulty-ports.ts';
import { createInMemoryAccountIndex } from './in-memory-account-index.ts';
import type { InMemoryDirectory } from './in-memory-directory.ts';

export interface InMemoryAdmin extends DirectoryAdmin {
  /** Client id to the name it was made with. */
  clients: Map<string, string>;
}

/** Names that sign a person in, as a pool whose aliases are preferred username and verified e-mail. */
function aliasesOf({ preferredUsername, email, emailVerified }: DirectoryPerson): string[] {
  const names = [preferredUsername, emailVerified ? email : null];
  return names.filter((name) => name !== null).map((name) => name.toLowerCase());
}

export function createInMemoryAdmin(
  directory: InMemoryDirectory,
  clientIds: Iterable<string> = [],
  uuid: () => string = randomUUID,
): InMemoryAdmin {
  const { people, passwords } = directory;
  const clients = new Map([...clientIds].map((id) => [id, 'made before']));

  return {
    clients,
    async createPerson({ username, email, temporaryPassword }) {
      const person = aPerson({
        subject: uuid(),
        directoryName: uuid(),
        preferredUsername: username,
        email,
        emailVerified: email !== null,
        passwordExpired: true,
      });
      const held = new Set([...people.values()].flatMap(aliasesOf));
      if (aliasesOf(person).some((alias) => held.has(alias))) {
        throw new DirectoryRefusalError('alias_exists');
      }
      if (directory.refusedPasswords.has(temporaryPassword)) {
        throw new DirectoryRefusalError('password_refused');
      }
      people.set(person.directoryName, person);
      passwords.set(person.directoryName, temporaryPassword);
      return { ...person };
    },
    async setTemporaryPassword(name, password) {
      const person = people.get(name);
      if (!person) throw new DirectoryRefusalError('not_found');
      people.set(name, { ...person, passwordExpired: true });
      passwords.set(name, password);
    },
    async removePerson(name) {
      people.delete(name);
      passwords.delete(name);
    },
    async createClient(name) {
      const clientId = uuid().replaceAll('-', '');
      clients.set(clientId, name);
      return { clientId, clientSecret: `secret of ${clientId}` };
    },
    async hasClient(clientId) {
      return clients.has(clientId);
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
  const findByName = directory.find;
  // As a pool does, which takes an alias for a name.
  directory.find = async (name) => {
    const byName = await findByName(name);
    if (byName) return byName;
    const people = [...directory.people.values()];
    const found = people.find((person) => aliasesOf(person).includes(name.toLowerCase()));
    return found ? { ...found } : null;
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
  const { runtime, newPassword, adminUsername, reservedNames } = world;
  const ports = {
    store: faulty.store,
    index: faulty.store,
    directory: faulty.directory,
    admin: faulty.directory,
    runtime,
    newPassword,
    adminUsername,
    reservedNames,
  } as unknown as OperatorPorts;
  return { ports, names: faulty.names, settle: faulty.settle };
}
