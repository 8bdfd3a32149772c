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
import {
  createPerson,
  createServiceAccount,
  deleteAccount,
  rotateServiceAccount,
} from '../lib/operations/account-lifecycle.ts';
import { findAccount, OperationError } from '../lib/operations/account-lookup.ts';
import { freeName, setEmail } from '../lib/operations/account-names.ts';
import type { OperatorPorts } from '../lib/operations/ports.ts';
import { describeAccount, describeRecord } from './operators/account-description.ts';
import {
  command,
  confirm,
  EXIT_INCONSISTENT,
  rateOption,
  run,
  uuidOption,
} from './operators/command-line.ts';
import { verify } from './operators/verify-accounts.ts';

command<{ email?: string; superuser?: true }>(
  'create <username>',
  'create a local user, who chooses a password at the first sign-in',
  async (ports, username, { email = null, superuser = false }) => {
    const made = await createPerson(ports, { username, email, isSuperuser: superuser });
    return describeRecord(made.record, { temporary_password: made.temporaryPassword });
  },
)
  .option('--email <address>', 'a verified address of the user; they can sign in with it')
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

command(
  'rotate-service <name>',
  'replace the app client, id and secret of a service account',
  async (ports, name) => {
    const { record, credentials } = await rotateServiceAccount(ports, name);
    return describeRecord(record, credentialsOf(credentials));
  },
  true,
);

command(
  'show <name>',
  'show an account, by username, e-mail, user id or client id of a service',
  async (ports, name) => describeAccount(await findAccount(ports, name)),
);

command('export <name>', 'everything stored about an account, as JSON', async (ports, name) => {
  const { json } = describeAccount(await findAccount(ports, name));
  return { json, text: JSON.stringify(json, null, 2) };
});

for (const [verb, is_superuser] of [
  ['grant-superuser', true],
  ['revoke-superuser', false],
] as const) {
  command(`${verb} <name>`, `${verb.replace('-', ' ')} rights`, async (ports, name) => {
    const record = await setFlags(ports, name, { is_superuser });
    await warnIfNoSuperuser(ports);
    return describeRecord(record);
  });
}

command(
  'activate <name>',
  'allow an account to sign in and call the API again',
  async (ports, name) => describeRecord(await setActive(ports, name, true)),
);

command(
  'deactivate <name>',
  'forbid an account to sign in and call the API',
  async (ports, name) => {
    const record = await setActive(ports, name, false);
    await warnIfNoSuperuser(ports);
    return describeRecord(record);
  },
  true,
);

command<{ none?: true }>(
  'set-email <name> [address]',
  'set the e-mail address of a user, which then counts as verified, or take it away with --none',
  async (ports, name, { none = false }, [address]) => {
    if (none === (address !== undefined)) throw new OperationError('Give an address or --none.');
    return describeRecord(await setEmail(ports, name, address ?? null));
  },
).option('--none', 'take the address away');

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

command(
  'expire-password <name>',
  'give a user a temporary password, printed once, and end their sessions',
  async (ports, name) => {
    const { record, temporaryPassword } = await expirePassword(ports, name);
    return describeRecord(record, { temporary_password: temporaryPassword });
  },
  true,
);

command<{ off?: true }>(
  'mark-internal <name>',
  'forbid an account to edit itself',
  async (ports, name, { off = false }) =>
    describeRecord(await setFlags(ports, name, { internal: !off })),
).option('--off', 'remove the flag');

command(
  'sign-out <name>',
  'end all sessions of a user immediately',
  async (ports, name) => describeRecord(await signOut(ports, name)),
  true,
);

command(
  'delete <name>',
  'delete an account, its reserved names, and its user or app client',
  async (ports, name) => {
    const { json, text } = describeAccount(await deleteAccount(ports, name));
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
    const found: object[] = [];
    const total = await verify(ports, {
      rate,
      repair,
      intentAge: 60,
      onInconsistency: (one) => found.push(one),
      onProgress: (line) => console.error(line),
    });
    const lines = found.map((one) => Object.values(one).join('  '));
    const { accounts, names, superusers, left } = total;
    const sums = `${accounts} accounts, ${names} names, ${superusers} active superusers, ${left} inconsistencies left`;
    const exitCode = left > 0 ? EXIT_INCONSISTENT : 0;
    return { json: { ...total, found }, text: [...lines, sums].join('\n'), exitCode };
  },
)
  .option('--repair', 'repair what is safe to repair (asks first)')
  .option('--rate <number>', 'maximum look-ups per second in the user pool', rateOption, 50);

function credentialsOf({ clientId, clientSecret }: { clientId: string; clientSecret: string }) {
  return { client_id: clientId, client_secret: clientSecret };
}

/** Operators may take the last superuser away, for example a stolen account; they can make another. */
async function warnIfNoSuperuser({ index }: OperatorPorts): Promise<void> {
  const { subjects, isComplete } = await index.superusers();
  if (!isComplete || subjects.size > 0) return;
  console.error('No active superuser is left: make one with grant-superuser.');
}

await run();
