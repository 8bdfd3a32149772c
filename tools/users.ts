/**
 * `npm run users -- <command>`: account administration on the local service or, with `--stack`, on AWS.
 * CLI definition only: arguments, prompts and output. Rules live in lib.
 */
import { randomUUID } from 'node:crypto';
import {
  expirePassword,
  setActive,
  setFlags,
  signOut,
} from '../lib/operations/account-administration.ts';
import { createPerson, deleteAccount } from '../lib/operations/account-lifecycle.ts';
import { findAccount, OperationError } from '../lib/operations/account-lookup.ts';
import { endEmailChange, freeName, setEmail } from '../lib/operations/account-names.ts';
import { createServiceAccount, rotateServiceAccount } from '../lib/operations/service-accounts.ts';
import {
  credentialsOf,
  describeAccount,
  describeRecord,
  describeTemporaryPassword,
  warnIfNoSuperuser,
} from './operators/account-description.ts';
import { addCheckPool } from './operators/check-pool-command.ts';
import {
  accountCommand,
  command,
  confirm,
  EXIT_FOUND,
  rateOption,
  run,
  uuidOption,
} from './operators/command-line.ts';
import { describeTotals, verify } from './operators/verify-accounts.ts';

command<{ email?: string; superuser?: true }>(
  'create <username>',
  'create a local user, who chooses a password at the first sign-in',
  async (ports, username, { email = null, superuser = false }) => {
    const shown = await describeTemporaryPassword(ports);
    const made = await createPerson(ports, { username, email, isSuperuser: superuser });
    return describeRecord(made.record, shown(made.temporaryPassword));
  },
)
  .option('--email <address>', 'a verified address of the user; needed where people sign in by it')
  .option('--superuser', 'create a superuser');

command<{ organization?: string }>(
  'create-service <username>',
  'create a service account and its app client; the secret is printed once',
  async (ports, username, { organization = randomUUID() }) => {
    const given = { username, organizationId: organization };
    const { record, credentials } = await createServiceAccount(ports, given);
    return describeRecord(record, credentialsOf(credentials));
  },
).option('--organization <uuid>', 'its organization_id; default: a new one', uuidOption);

accountCommand(
  'rotate-service',
  'replace the app client, id and secret of a service account',
  async (ports, account) => {
    const { record, credentials } = await rotateServiceAccount(ports, account);
    return describeRecord(record, credentialsOf(credentials));
  },
  true,
);

accountCommand(
  'show',
  'show an account, by username, e-mail, id, or client id of a service',
  async (ports, account) => describeAccount(await findAccount(ports, account)),
);

accountCommand('export', 'everything stored about an account, as JSON', async (ports, account) => {
  const { json } = describeAccount(await findAccount(ports, account));
  return { json, text: JSON.stringify(json, null, 2) };
});

for (const [verb, is_superuser] of [
  ['grant-superuser', true],
  ['revoke-superuser', false],
] as const) {
  accountCommand(verb, `${verb.replace('-', ' ')} rights`, async (ports, account) => {
    const record = await setFlags(ports, account, { is_superuser });
    await warnIfNoSuperuser(ports);
    return describeRecord(record);
  });
}

accountCommand(
  'activate',
  'allow an account to sign in and call the API again',
  async (ports, account) => describeRecord(await setActive(ports, account, true)),
);

accountCommand(
  'deactivate',
  'forbid an account to sign in and call the API',
  async (ports, account) => {
    const record = await setActive(ports, account, false);
    await warnIfNoSuperuser(ports);
    return describeRecord(record);
  },
  true,
);

accountCommand<{ none?: true }>(
  'set-email',
  'set the e-mail address of a user, which then counts as verified, or take it away with --none',
  async (ports, account, { none = false }, [address]) => {
    if (none === (address !== undefined)) throw new OperationError('Give an address or --none.');
    return describeRecord(await setEmail(ports, account, address ?? null));
  },
)
  .argument('[address]')
  .option('--none', 'take the address away');

accountCommand(
  'end-email-change',
  'end a change of e-mail that waits to be proven: the account keeps its address',
  async (ports, account) => describeRecord(await endEmailChange(ports, account)),
);

command(
  'free-name <username-or-email>',
  'let everybody have a name that was given up, before its rest is over',
  async (ports, name) => {
    const { restingFor, until } = await freeName(ports, name);
    const end = new Date(until * 1000).toISOString();
    const json = { freed: name, rested_for: restingFor, until: end };
    return { json, text: `Freed: it rested for ${restingFor} until ${end}.` };
  },
  true,
);

accountCommand(
  'expire-password',
  'give a user a temporary password, printed once, and end their sessions',
  async (ports, account) => {
    const shown = await describeTemporaryPassword(ports);
    const { record, temporaryPassword } = await expirePassword(ports, account);
    return describeRecord(record, shown(temporaryPassword));
  },
  true,
);

accountCommand<{ off?: true }>(
  'mark-internal',
  'forbid an account to edit itself',
  async (ports, account, { off = false }) =>
    describeRecord(await setFlags(ports, account, { internal: !off })),
).option('--off', 'remove the flag');

accountCommand(
  'sign-out',
  'end all sessions of a user immediately',
  async (ports, account) => describeRecord(await signOut(ports, account)),
  true,
);

accountCommand(
  'delete',
  'delete an account, its reserved names, and its user or app client',
  async (ports, account) => {
    const { json, text } = describeAccount(await deleteAccount(ports, account));
    await warnIfNoSuperuser(ports);
    return { json: { deleted: json }, text: `Deleted:\n${text}` };
  },
  true,
);

command<{ repair?: true; rate: number }>(
  'verify',
  'check every account against its reserved names and the directory',
  async (ports, _name, { repair = false, rate }) => {
    if (repair) await confirm('verify --repair');
    const [found, withoutEmail]: [object[], string[]] = [[], []];
    const total = await verify(ports, {
      rate,
      repair,
      intentAge: 60,
      onInconsistency: (one) => found.push(one),
      onWithoutEmail: (subject) => withoutEmail.push(subject),
      onProgress: (line) => console.error(line),
    });
    const lines = [
      ...found.map((one) => Object.values(one).join('  ')),
      ...withoutEmail.map((subject) => `without e-mail  ${subject}`),
    ];
    const exitCode = total.left > 0 ? EXIT_FOUND : 0;
    const json = { ...total, found, without_email: withoutEmail };
    return { json, text: [...lines, describeTotals(total)].join('\n'), exitCode };
  },
)
  .option('--repair', 'repair what is safe to repair (asks first)')
  .option('--rate <number>', 'maximum look-ups per second in the user pool', rateOption, 50);

addCheckPool();

await run();
