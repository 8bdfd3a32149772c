/**
 * The commands of the account tool: arguments, questions and output only. Rules live in lib.
 */
import {
  expirePassword,
  setActive,
  setFlags,
  signOut,
  turnOffSecondFactors,
} from '../../lib/operations/account-administration.ts';
import { createPerson } from '../../lib/operations/account-creation.ts';
import { deleteAccount } from '../../lib/operations/account-lifecycle.ts';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import { endEmailChange, freeName, setEmail } from '../../lib/operations/account-names.ts';
import { accountCommand } from './account-command.ts';
import {
  describeAccount,
  describeRecord,
  describeTemporaryPassword,
  warnIfNoSuperuser,
} from './account-description.ts';
import { addCheckPool } from './check-pool-command.ts';
import { command, run } from './command-line.ts';
import { addReadingCommands, addRemoveItem } from './reading-commands.ts';
import { addServiceCommands } from './service-commands.ts';
import { addVerify } from './verify-command.ts';

/** Asks before the command does that to the account found. */
const asking = (verb: string) => () => ({ verb });

const WITHOUT_AUDIT =
  'only in an emergency: print the audit line instead of writing it, where the log group cannot be written';
/** The same, with what is lost without an audit line. */
const askingEmergency =
  (verb: string) =>
  ({ options }: { options: { withoutAudit?: true } }) => ({
    verb,
    ...(options.withoutAudit && {
      also: ' WITHOUT an audit line, so that nothing on AWS says who did this, when and to whom',
    }),
  });

/** Runs the command that the words of the process say. */
export async function runAccountTool(): Promise<void> {
  command<{ email?: string; superuser?: true }>(
    'create <username>',
    'create a local user, who chooses a password at the first sign-in',
    async ({ ports, name: username, options: { email = null, superuser = false } }) => {
      const shown = await describeTemporaryPassword(ports);
      const made = await createPerson(ports, { username, email, isSuperuser: superuser });
      return { ...describeRecord(made.record, shown(made.temporaryPassword)), left: made.left };
    },
  )
    .option(
      '--email <address>',
      'a verified address of the user; needed where people sign in by it',
    )
    .option('--superuser', 'create a superuser');

  accountCommand(
    'grant-superuser',
    'grant superuser rights',
    async ({ ports, account }) => {
      const record = await setFlags(ports, account, { is_superuser: true });
      await warnIfNoSuperuser(ports);
      return describeRecord(record);
    },
    ({ found }) =>
      found.record?.account.is_service_account
        ? {
            verb: 'grant superuser rights to',
            also: ', although a service account signs nobody in',
          }
        : null,
  );

  accountCommand('revoke-superuser', 'revoke superuser rights', async ({ ports, account }) => {
    const record = await setFlags(ports, account, { is_superuser: false });
    await warnIfNoSuperuser(ports);
    return describeRecord(record);
  });

  accountCommand(
    'activate',
    'allow an account to sign in and call the API again',
    async ({ ports, account }) => describeRecord(await setActive(ports, account, true)),
  );

  accountCommand<{ withoutAudit?: true }>(
    'deactivate',
    'forbid an account to sign in and call the API',
    async ({ ports, account }) => {
      const record = await setActive(ports, account, false);
      await warnIfNoSuperuser(ports);
      return describeRecord(record);
    },
    askingEmergency('deactivate'),
  ).option('--without-audit', WITHOUT_AUDIT);

  accountCommand<{ none?: true }>(
    'set-email',
    'set the e-mail address of a user, which then counts as verified, or take it away with --none',
    async ({ ports, account, options: { none = false }, more: [address] }) => {
      if (none === (address !== undefined)) throw new OperationError('Give an address or --none.');
      return describeRecord(await setEmail(ports, account, address ?? null));
    },
  )
    .argument('[address]')
    .option('--none', 'take the address away');

  accountCommand(
    'end-email-change',
    'end a change of e-mail that waits to be proven: the account keeps its address',
    async ({ ports, account }) => describeRecord(await endEmailChange(ports, account)),
  );

  command(
    'free-name <username-or-email>',
    'let everybody have a name that was given up, before its rest is over',
    async ({ ports, name }) => {
      const { restingFor, until } = await freeName(ports, name);
      const end = new Date(until * 1000).toISOString();
      const json = { freed: name, rested_for: restingFor, until: end };
      return { json, text: `Freed: it rested for ${restingFor} until ${end}.` };
    },
    ({ name }) => `free the name "${name}"`,
  );

  accountCommand(
    'expire-password',
    'give a user a temporary password, printed once, and end their sessions',
    async ({ ports, account }) => {
      const shownOnce = await describeTemporaryPassword(ports);
      const { record, temporaryPassword } = await expirePassword(ports, account);
      return describeRecord(record, shownOnce(temporaryPassword));
    },
    asking('expire the password of'),
  );

  accountCommand(
    'reset-second-factors',
    'turn off the second factors of a user who has lost them; the password alone signs in then',
    async ({ ports, account }) => describeRecord(await turnOffSecondFactors(ports, account)),
    asking('turn off the second factors of'),
  );

  accountCommand<{ off?: true }>(
    'mark-internal',
    'forbid an account to edit itself',
    async ({ ports, account, options: { off = false } }) =>
      describeRecord(await setFlags(ports, account, { internal: !off })),
  ).option('--off', 'remove the flag');

  accountCommand<{ withoutAudit?: true }>(
    'sign-out',
    'end all sessions of a user immediately',
    async ({ ports, account }) => describeRecord(await signOut(ports, account)),
    askingEmergency('sign out'),
  ).option('--without-audit', WITHOUT_AUDIT);

  accountCommand(
    'delete',
    'delete an account, its reserved names, and its user or app client',
    async ({ ports, account }) => {
      const { json, text } = describeAccount(await deleteAccount(ports, account));
      await warnIfNoSuperuser(ports);
      return { json: { deleted: json }, text: `Deleted:\n${text}` };
    },
    asking('delete'),
  );

  addServiceCommands();
  addReadingCommands();
  addVerify();
  addRemoveItem();
  addCheckPool();
  await run();
}
