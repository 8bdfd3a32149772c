/** The administration of the in-memory directory, and a world of all ports that operators use. */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { type AccountRecord, AccountRecordSchema } from '../../lib/account/account-record.ts';
import { DirectoryRefusalError } from '../../lib/account/errors.ts';
import type { DirectoryAdmin, OperatorPorts } from '../../lib/operations/ports.ts';
import { type AuditSink, createAuditTrail } from '../../tools/operators/audit-trail.ts';
import { audited } from '../../tools/operators/audited-ports.ts';
import { aPerson, aTestContext, RULES } from './builders.ts';
import { type DENIED, type Fault, withFault } from './faulty-ports.ts';
import { createInMemoryAccountIndex } from './in-memory-account-index.ts';
import type { InMemoryDirectory } from './in-memory-directory.ts';

export interface InMemoryAdmin extends DirectoryAdmin {
  /** By client id. */
  clients: Map<string, { isRestricted: boolean }>;
  /** Directory names of people who sign in with one. */
  secondFactors: Set<string>;
}

export function createInMemoryAdmin(
  directory: InMemoryDirectory,
  clientIds: Iterable<string> = [],
  uuid: () => string = randomUUID,
): InMemoryAdmin {
  const { people, passwords } = directory;
  const clients = new Map([...clientIds].map((id) => [id, { isRestricted: true }]));

  const admin: InMemoryAdmin = {
    clients,
    secondFactors: new Set(),
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
    async turnOffSecondFactors({ directoryName }) {
      if (!directory.named(directoryName)) throw new DirectoryRefusalError('not_found');
      admin.secondFactors.delete(directoryName);
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
  return admin;
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

/** A log group in memory. */
export function createInMemorySink(): AuditSink & { lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    name: 'the log group audit',
    identity: async () => 'arn:aws:iam::111122223333:user/ops',
    begin: async () => {},
    put: async (line) => void lines.push(line),
  };
}

/** The audited ports of that world, with the nth outside call of an operation going wrong. */
export function operatorFault(world: OperatorWorld, at: number, fault: Fault | typeof DENIED) {
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
  const sink = createInMemorySink();
  const kept: string[] = [];
  const journal = { writes: 0 };
  const trail = createAuditTrail(faulty.wrapped(sink, 'trail'), 'test', (line) => kept.push(line));
  return {
    ports: audited(ports, trail, journal),
    names: faulty.names,
    settle: faulty.settle,
    journal,
    /** Audit lines that were written, and sentences with those that could not be. */
    lines: sink.lines,
    kept,
  };
}
