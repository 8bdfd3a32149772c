/** What operators do with names: set or take away an e-mail, free a name that rests. */
import * as v from 'valibot';
import type { AccountRecord } from '../account/account-record.ts';
import { NamesTakenError } from '../account/errors.ts';
import { EmailSchema, foldName, isSameName } from '../account/names.ts';
import { withChanges } from '../self-service/directory-saga.ts';
import { directoryOf, newIntent, runLeased } from '../self-service/lease.ts';
import { provenAddresses, tellOwner } from '../self-service/owner-notices.ts';
import { directoryNameOf } from './account-administration.ts';
import { type AccountReference, changeRecord, OperationError } from './account-lookup.ts';
import type { OperatorPorts, RestingName } from './ports.ts';

/**
 * Sets the e-mail of a local person, or takes it away (null). The operator vouches for the address:
 * it counts as verified. Can be run again after a crash, and then verifies what the crash left.
 * @throws OperationError when somebody else has the address
 */
export async function setEmail(
  ports: OperatorPorts,
  account: AccountReference,
  email: string | null,
): Promise<AccountRecord> {
  if (email !== null && !v.is(EmailSchema, email)) {
    throw new OperationError('This e-mail address is not acceptable.');
  }
  return changeRecord(ports, account, async (record) => {
    const directoryName = directoryNameOf(record);
    if (record.account.oauth_provider !== null) {
      throw new OperationError('Its identity provider keeps the e-mail of this account.');
    }
    const changes = email === record.account.email ? {} : { email };
    // Before the intent, which any request may carry out: of somebody who never called, the directory
    // would move a verified address silently.
    const owner = email === null ? null : await ports.directory.find(email);
    if (owner && owner.subject !== record.subject) {
      throw new OperationError('This address is taken.');
    }
    const known = await provenAddresses(ports, record);
    const isNew = email !== null && !known.some((address) => isSameName(address, email));
    const notify = ports.notices && isNew ? [...known, email] : known;
    const intent = newIntent(ports, { changes, revokesSessions: null, notify });
    return runLeased(ports, record, intent, async (lease) => {
      const address = { address: email, verified: email !== null };
      await directoryOf(ports, lease).setNames(directoryName, { email: address });
      await tellOwner(ports, lease.record, () => {});
      return 'email' in changes ? withChanges(lease.record, changes) : lease.record;
    });
  }).catch((error) => {
    throw error instanceof NamesTakenError ? new OperationError('This address is taken.') : error;
  });
}

/**
 * Frees a name that was given up, before its rest is over.
 * @returns for whom it rested, and until when
 * @throws OperationError when it does not rest
 */
export async function freeName({ index }: OperatorPorts, name: string): Promise<RestingName> {
  const folded = foldName(name);
  const rest = (await index.restingOf([folded])).get(folded);
  if (rest && (await index.endRest(folded, rest.restingFor))) return rest;
  const isHeld = (await index.holdersOf([folded])).size > 0;
  throw new OperationError(
    isHeld ? `An account holds the name "${name}".` : `The name "${name}" does not rest.`,
  );
}
