/** The sender of the local service's notices, and its identity in the local cloud's SES. */
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { clientSettings } from '../support/cloud-access.ts';

/** Settings of the local stack. */
export const NOTICES = {
  noticesFrom: 'Accounts <no-reply@accounts.example>',
  noticesHelp: 'help@accounts.example',
};

/** Makes the sender's domain an identity, which the local cloud takes for verified at once. */
export async function verifySender(endpoint: string, sender: string): Promise<void> {
  const domain = sender.replace(/^.*@|>$/g, '');
  const client = new SESv2Client(clientSettings(endpoint));
  await client.send(new CreateEmailIdentityCommand({ EmailIdentity: domain }));
  client.destroy();
}
