/**
 * The accounts that a run made, and ports that write to no other. A run on a deployment with real
 * people must not be able to change one of them, whatever a promise does wrong.
 */
import { foldName } from '../../lib/account/names.ts';
import { deleteAccount } from '../../lib/operations/account-lifecycle.ts';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { errorMessage } from '../support/progress.ts';
import type { SendCall } from './api-client.ts';
import { claimsOf } from './old-sign-in.ts';

/** A write to an account that this run did not make. */
export class ForeignAccountError extends Error {
  override readonly name = 'ForeignAccountError';
}

/** A person by subject and directory name, or a client by its id alone. */
interface Made {
  subject: string;
  directoryName: string | null;
}

/** What a run made, in order. */
export class MadeAccounts {
  readonly #made: Made[] = [];
  /** Usernames and e-mails that its accounts may have given up. */
  readonly names = new Set<string>();

  addPerson({ subject, directoryName }: { subject: string; directoryName: string }): void {
    this.#made.push({ subject, directoryName });
  }

  addClient(clientId: string): void {
    this.#made.push({ subject: clientId, directoryName: null });
  }

  /** @throws ForeignAccountError unless this run made the account of that subject or client */
  assertSubject(subject: string): void {
    if (this.#made.some((one) => one.subject === subject)) return;
    throw new ForeignAccountError(`Not made by this run: ${subject}`);
  }

  /** @throws ForeignAccountError unless this run made the person of that name in the directory */
  assertDirectoryName(name: string): void {
    if (this.#made.some(({ directoryName }) => directoryName === name)) return;
    throw new ForeignAccountError(`Not made by this run: ${name}`);
  }

  /** The last one first, as they are to be removed. */
  newestFirst(): readonly Made[] {
    return this.#made.toReversed();
  }
}

/** The same ports, which note what they make and refuse to write to anything else. */
export function guardedPorts(ports: OperatorPorts, made: MadeAccounts): OperatorPorts {
  const { store, index, directory, admin } = ports;
  // Every method is named, so that one which is added later does not compile without a decision.
  return {
    ...ports,
    store: {
      find: (subject) => store.find(subject),
      takenNames: (subject, names) => store.takenNames(subject, names),
      async create(record) {
        made.assertSubject(record.subject);
        await store.create(record);
      },
      async replace(current, next) {
        for (const { subject } of [current, next]) made.assertSubject(subject);
        return store.replace(current, next);
      },
      async remove(subject, record, createdFrom) {
        made.assertSubject(subject);
        await store.remove(subject, record, createdFrom);
      },
    },
    index: {
      holdersOf: (names) => index.holdersOf(names),
      recordsOf: (subjects) => index.recordsOf(subjects),
      restingOf: (names) => index.restingOf(names),
      superusers: () => index.superusers(),
      pages: (from) => index.pages(from),
      itemAt: (key) => index.itemAt(key),
      removeUnreadable: async () => {
        throw new ForeignAccountError('A run makes no item that cannot be read');
      },
      async move(record, subject) {
        for (const one of [record.subject, subject]) made.assertSubject(one);
        return index.move(record, subject);
      },
      async reserveName(name, holder) {
        made.assertSubject(holder);
        return index.reserveName(name, holder);
      },
      async freeName(name, holder) {
        made.assertSubject(holder);
        await index.freeName(name, holder);
      },
      async endRest(name, restingFor) {
        made.assertSubject(restingFor);
        return index.endRest(name, restingFor);
      },
      // No write to an account: the list repeats what the accounts say.
      listSuperuser: (subject) => index.listSuperuser(subject),
      completeSuperusers: () => index.completeSuperusers(),
    },
    directory: {
      find: (name) => directory.find(name),
      async setNames(name, names) {
        made.assertDirectoryName(name);
        await directory.setNames(name, names);
      },
      async setEnabled(name, enabled) {
        made.assertDirectoryName(name);
        await directory.setEnabled(name, enabled);
      },
      async setPassword(name, password) {
        made.assertDirectoryName(name);
        await directory.setPassword(name, password);
      },
      async signOutEverywhere(name) {
        made.assertDirectoryName(name);
        await directory.signOutEverywhere(name);
      },
    },
    admin: {
      async createPerson(person) {
        const created = await admin.createPerson(person);
        made.addPerson(created);
        return created;
      },
      async setTemporaryPassword(name, password) {
        made.assertDirectoryName(name);
        await admin.setTemporaryPassword(name, password);
      },
      async turnOffSecondFactors(person) {
        made.assertSubject(person.subject);
        made.assertDirectoryName(person.directoryName);
        await admin.turnOffSecondFactors(person);
      },
      temporaryPasswordDays: () => admin.temporaryPasswordDays(),
      async removePerson(name) {
        made.assertDirectoryName(name);
        await admin.removePerson(name);
      },
      async createClient(name) {
        const created = await admin.createClient(name);
        made.addClient(created.clientId);
        return created;
      },
      findClient: (clientId) => admin.findClient(clientId),
      async restrictClient(clientId) {
        made.assertSubject(clientId);
        await admin.restrictClient(clientId);
      },
      async removeClient(clientId) {
        made.assertSubject(clientId);
        await admin.removeClient(clientId);
      },
    },
  };
}

/** The same requests; one that may change an account needs a token of an account that was made. */
export function guardedCalls(send: SendCall, made: MadeAccounts): SendCall {
  return async (call) => {
    const { method = 'GET', token = null } = call;
    if (method !== 'GET' && token !== null) made.assertSubject(String(claimsOf(token)['sub']));
    return send(call);
  };
}

/** Removes every account that was made, and frees its names. @returns those that remain, with the reason */
export async function removeMade(ports: OperatorPorts, made: MadeAccounts): Promise<string[]> {
  const left: string[] = [];
  for (const one of made.newestFirst()) {
    const name = one.directoryName === null ? `client ${one.subject}` : `person ${one.subject}`;
    try {
      await removeOne(ports, one);
      if ((await ports.store.find(one.subject)) !== null) left.push(`the record of ${name}`);
    } catch (error) {
      left.push(`${name}: ${errorMessage(error)}`);
    }
  }
  const subjects = new Set(made.newestFirst().map(({ subject }) => subject));
  const resting = await ports.index.restingOf([...made.names].map(foldName));
  for (const { name, restingFor } of resting.values()) {
    if (subjects.has(restingFor)) await ports.index.endRest(name, restingFor);
  }
  return left;
}

async function removeOne(ports: OperatorPorts, { subject, directoryName }: Made): Promise<void> {
  await deleteAccount(ports, subject).catch((error: unknown) => {
    // There is no account, or no longer.
    if (!(error instanceof OperationError)) throw error;
  });
  // What never called has no record, by which its user or client would have been found.
  if (directoryName === null) await ports.admin.removeClient(subject);
  else await ports.admin.removePerson(directoryName);
}
