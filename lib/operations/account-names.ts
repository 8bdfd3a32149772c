/** What operators do with names: set or take away an e-mail, free a name that rests. */
import * as v from 'valibot';
import { type AccountRecord, pendingEmailOf } from '../account/account-record.ts';
import { NamesTakenError } from '../account/errors.ts';
import { EmailSchema, foldName, isSameName } from '../account/names.ts';
import { withIntentApplied } from '../self-service/directory-saga.ts';
import { withdrawn } from '../self-service/email-proof.ts';
import { directoryOf, newIntent, runLeased } from '../self-service/lease.ts';
import { provenAddresses, tellOwner } from '../self-service/owner-notices.ts';
import { namesOfOthers } from '../self-service/sign-in-names.ts';
import { localDirectoryNameOf } from './account-administration.ts';
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
    throw new OperationError(
      'This e-mail address is not acceptable: it has the form ada@example.com, with ASCII characters only.',
    );
  }
  if (email === null && ports.signInNames === 'email') {
    throw new OperationError('People sign in by e-mail here: set another address instead.');
  }
  return vouchForEmail(ports, account, email, true);
}

/**
 * Makes an address the account's, as verified.
 * @param isTold false where the owner need not be told of their first address
 * @throws OperationError when somebody else has the address
 */
export async function vouchForEmail(
  ports: OperatorPorts,
  account: AccountReference,
  email: string | null,
  isTold: boolean,
): Promise<AccountRecord> {
  return changeRecord(ports, account, async (record) => {
    const directoryName = localDirectoryNameOf(record, 'e-mail');
    await refuseEmailOfOthers(ports, record, email);
    const changes = email === record.account.email ? {} : { email };
    const known = await provenAddresses(ports, record);
    const isNew = email !== null && !known.some((address) => isSameName(address, email));
    const addresses = ports.notices && isNew ? [...known, email] : known;
    const notify = isTold || record.account.email !== null ? addresses : [];
    const intent = newIntent(ports, { changes, revokesSessions: null, isVouched: true, notify });
    return runLeased(ports, record, intent, async (lease) => {
      const address = { address: email, verified: email !== null };
      await directoryOf(ports, lease).setNames(directoryName, { email: address });
      await tellOwner(ports, lease.record, () => {});
      return withIntentApplied(ports, lease, email !== null, {});
    });
  }).catch((error) => {
    throw error instanceof NamesTakenError ? new OperationError('This address is taken.') : error;
  });
}

/** Before anything is written: the directory would move a verified address without a word. */
async function refuseEmailOfOthers(
  { directory }: OperatorPorts,
  { subject }: AccountRecord,
  email: string | null,
): Promise<void> {
  const taken = await namesOfOthers(directory, subject, email === null ? [] : [email]);
  if (taken.size > 0) throw new NamesTakenError(taken);
}

/**
 * Ends a change of e-mail that waits to be proven: the account keeps the address it has.
 * @throws OperationError where none waits
 */
export function endEmailChange(ports: OperatorPorts, account: AccountReference) {
  return changeRecord(ports, account, async (record) => {
    if (pendingEmailOf(record, ports.runtime.nowSeconds()) === null) {
      throw new OperationError('No change of e-mail waits to be proven.');
    }
    return ports.store.replace(record, withdrawn(record));
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
