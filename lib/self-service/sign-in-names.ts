/**
 * What the directory says of sign-in names before an account asks for them: it also has people who
 * never called, whose names nothing reserves in the store. Not part of a lease: the answer may be out
 * of date at once either way, and a name that is another's is not to be reserved even for a moment.
 */
import { foldName, isSameName } from '../account/names.ts';
import type { SignInNames } from '../contract.ts';
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

/**
 * Names of a person that the directory does not keep for them alone: another may sign in by one. Anybody
 * can write a username that is no alias into their own attributes.
 */
export function sharedNames(
  { directoryName, preferredUsername, email, emailVerified, identity }: DirectoryPerson,
  signInNames: SignInNames,
): string[] {
  const names = {
    aliases: [emailVerified ? null : email],
    // The e-mail of somebody who signs in through a provider signs nobody in.
    email: [preferredUsername, identity && email],
    username: [preferredUsername, email],
  }[signInNames];
  return names.filter((name) => name !== null).filter((name) => !isSameName(name, directoryName));
}

/**
 * Where people sign in by e-mail, a username that looks like an address and is not the person's own
 * would be a stranger's, who has not proven it and could not have it any more.
 * @param own names that the person has
 */
export function isStrangersAddress(
  username: string,
  own: readonly (string | null)[],
  signInNames: SignInNames,
): boolean {
  const isOwn = own.some((name) => isSameName(username, name));
  return signInNames === 'email' && username.includes('@') && !isOwn;
}

/**
 * What the directory says of whether the e-mail of an account is proven: false only of people whose
 * identity provider is asked again at each sign-in; everybody else may prove theirs at any time.
 */
export function emailVerification(person: DirectoryPerson, email: string | null): boolean | null {
  if (email === null || !isSameName(email, person.email)) return null;
  return person.emailVerified || (person.identity ? false : null);
}
