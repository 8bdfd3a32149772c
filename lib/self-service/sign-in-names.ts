/**
 * What the directory says of sign-in names before an account asks for them: it also has people who
 * never called, whose names nothing reserves in the store. Not part of a lease: the answer may be out
 * of date at once either way, and a name that is another's is not to be reserved even for a moment.
 */
import { foldName, isSameName } from '../account/names.ts';
import type { DirectoryPerson, UserDirectory } from './ports.ts';

/** Those of the names, folded, by which the directory signs another person in. */
export async function namesOfOthers(
  directory: UserDirectory,
  subject: string,
  names: readonly string[],
): Promise<Set<string>> {
  const wanted = [...new Set(names)];
  const owners = await Promise.all(wanted.map((name) => directory.find(name)));
  const isOthers = (owner: DirectoryPerson | null | undefined) =>
    owner != null && owner.subject !== subject;
  return new Set(wanted.filter((_name, index) => isOthers(owners[index])).map(foldName));
}

/** The e-mail of a person which they have not verified, while somebody else may have. */
export function unverifiedEmail({ email, emailVerified }: DirectoryPerson): string[] {
  return email === null || emailVerified ? [] : [email];
}

/**
 * What the directory says of whether the e-mail of an account is proven: false only of people whose
 * identity provider is asked again at each sign-in; everybody else may prove theirs at any time.
 */
export function emailVerification(person: DirectoryPerson, email: string | null): boolean | null {
  if (email === null || !isSameName(email, person.email)) return null;
  return person.emailVerified || (person.identity ? false : null);
}
