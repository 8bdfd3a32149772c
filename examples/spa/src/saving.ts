/** Saves changes of an account, and merges them with what was changed elsewhere meanwhile. */
import {
  type Account,
  type AccountClient,
  AccountError,
  type UserUpdate,
} from './account-client.ts';
import { conflictingFields } from './profile-edits.ts';

const ATTEMPTS = 3;

/** Both sides changed the same fields: the user decides. Nothing was saved. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  /** The account as it is now. */
  readonly account: Account;
  /** What both sides changed. */
  readonly fields: string[];

  constructor(account: Account, fields: string[]) {
    super(`Changed elsewhere as well: ${fields.join(', ')}`);
    this.account = account;
    this.fields = fields;
  }
}

/**
 * Makes changes to the account as it was edited. The client merges by itself where the service says
 * that they touch other fields; where it cannot say so, the values are compared.
 * @throws ConflictError; AccountError
 */
export async function saveMerged(
  accounts: AccountClient,
  edited: Account,
  changes: UserUpdate,
): Promise<Account> {
  let base = edited;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await accounts.update(base, changes);
    } catch (error) {
      const isConflict =
        error instanceof AccountError && error.problem.code === 'precondition_failed';
      if (!isConflict || attempt === ATTEMPTS) throw error;
    }
    base = await accounts.read();
    const fields = conflictingFields(edited.user, changes, base.user);
    if (fields.length > 0) throw new ConflictError(base, fields);
  }
}
