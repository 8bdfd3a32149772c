/** Commands of the account tool that make service accounts and replace their credentials. */
import { randomUUID } from 'node:crypto';
import {
  createServiceAccount,
  rotateServiceAccount,
} from '../../lib/operations/account-lifecycle.ts';
import { accountCommand } from './account-command.ts';
import { credentialsOf, describeRecord } from './account-description.ts';
import { command } from './command-line.ts';
import { uuidOption } from './command-options.ts';

/** Adds the commands to the account tool. */
export function addServiceCommands(): void {
  command<{ organization?: string }>(
    'create-service <username>',
    'create a service account and its app client; the secret is printed once',
    async ({ ports, name: username, options: { organization = randomUUID() } }) => {
      const given = { username, organizationId: organization };
      const { record, credentials } = await createServiceAccount(ports, given);
      return describeRecord(record, credentialsOf(credentials));
    },
  ).option('--organization <uuid>', 'its organization_id; default: a new one', uuidOption);

  accountCommand(
    'rotate-service',
    'replace the app client, id and secret of a service account',
    async ({ ports, account, userPoolId }) => {
      const { record, credentials, left } = await rotateServiceAccount(ports, account);
      const inPool = left && `${left.replace(/\.$/, '')} ${userPoolId}.`;
      return { ...describeRecord(record, credentialsOf(credentials)), left: inPool };
    },
    () => ({ verb: 'replace the id and secret of' }),
  );
}
