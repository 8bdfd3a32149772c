/** Names of an account that an operator makes: which may be given to it. */
import * as v from 'valibot';
import { NamesTakenError } from '../account/errors.ts';
import { EmailSchema, isChosenUsername, isSameName } from '../account/names.ts';
import { isStrangersAddress, namesOfOthers } from '../self-service/sign-in-names.ts';
import { OperationError } from './account-lookup.ts';
import type { OperatorPorts } from './ports.ts';
import { takenNames } from './taken-names.ts';

/** @throws OperationError for a name that no account may have */
export function refuseNames(
  { reservedNames, signInNames }: OperatorPorts,
  username: string,
  email: string | null,
): void {
  if (!isChosenUsername(username)) {
    throw new OperationError(
      'This username is not acceptable: it takes 1 to 50 of the characters A to Z, a to z, 0 to 9, _ - @ and . (or is an e-mail address), and has not the form of an id.',
    );
  }
  if (isStrangersAddress(username, [email], signInNames)) {
    throw new OperationError('A username with @ must be the e-mail of the person here.');
  }
  if (reservedNames.some((name) => isSameName(name, username))) {
    throw new OperationError('This username is reserved by the setting reservedNames.');
  }
  if (email !== null && !v.is(EmailSchema, email)) {
    throw new OperationError(
      'This e-mail address is not acceptable: it has the form ada@example.com, with ASCII characters only.',
    );
  }
}

/** @throws OperationError for a name that another account holds, or that rests */
export async function refuseTakenNames(
  ports: OperatorPorts,
  names: (string | null)[],
): Promise<void> {
  const wanted = names.filter((name) => name !== null);
  const [taken] = await takenNames(ports, wanted, null);
  if (taken === undefined) return;
  const rest = (await ports.index.restingOf([taken])).get(taken);
  if (rest === undefined) throw new OperationError(`The name "${taken}" is taken.`);
  const until = new Date(rest.until * 1000).toISOString();
  throw new OperationError(
    `The name "${taken}" was given up and rests until ${until}; free-name frees it now.`,
  );
}

/** @throws OperationError where somebody signs in by the other name of a new person */
export async function refuseNameOfAnother(
  { directory }: OperatorPorts,
  [signInName, other]: (string | null)[],
): Promise<void> {
  if (other == null || isSameName(other, signInName ?? null)) return;
  const others = await namesOfOthers(directory, '', [other]);
  if (others.size > 0) throw existingPersonError(other);
}

/** The error of names that others hold, for an operator; any other as it is. */
export function takenError(error: unknown): unknown {
  if (!(error instanceof NamesTakenError)) return error;
  return new OperationError(`Taken: ${[...error.names].join(', ')}.`);
}

/** The directory has somebody of that name. */
export function existingPersonError(name: string): OperationError {
  return new OperationError(`The directory has a user "${name}" already.`);
}
