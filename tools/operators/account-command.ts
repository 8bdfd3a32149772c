/** Commands of the account tool on one account, which is found before anything is asked or done. */
import type { Command } from 'commander';
import {
  type AccountReference,
  type FoundAccount,
  findAccount,
  subjectOf,
} from '../../lib/operations/account-lookup.ts';
import { nameAccount } from './account-description.ts';
import { type CommandContext, command, confirm, finishedBy, type Result } from './command-line.ts';
import { type ReadingOptions, withReadingOptions } from './command-options.ts';
import { givenWords, onSubject } from './command-words.ts';

/** An account as a command found it, and a reference that means it whatever its names become. */
export interface FoundContext<Options extends object> extends CommandContext<Options> {
  found: FoundAccount;
  account: AccountReference;
}

/**
 * Adds a command on one account, whose argument is an id or a name, and which options can say.
 * @param asks what is to be confirmed, before the account: a verb, or null for nothing
 */
export function accountCommand<Options extends object>(
  verb: string,
  about: string,
  action: (context: FoundContext<Options>) => Promise<Result>,
  asks?: (context: FoundContext<Options>) => { verb: string; also?: string } | null,
): Command {
  const onAccount = async (context: CommandContext<Options & ReadingOptions>) => {
    const { place } = context;
    const found = await lookUp(context);
    // Cognito finds people of an identity provider by their name there, and not by their id.
    const word = found.record === null ? found.person?.directoryName : found.record.subject;
    const account = { word: word ?? subjectOf(found), as: 'id' as const };
    finishedBy(onSubject(givenWords(), context.name, account.word));
    const onFound = { ...context, found, account };
    const question = asks?.(onFound) ?? null;
    if (question !== null) {
      const { verb: doing, also = '' } = question;
      await confirm(`${doing} ${nameAccount(found)} on ${place}${also}`);
    }
    return action(onFound);
  };
  const described = asks ? `${about} (asks first)` : about;
  return withReadingOptions(command(`${verb} <account>`, described, onAccount));
}

/** The account that the argument of a command means. @throws OperationError */
export function lookUp({ ports, name, options }: CommandContext<ReadingOptions>) {
  const as = options.id ? 'id' : options.name ? 'name' : null;
  return findAccount(ports, { word: name, as });
}
