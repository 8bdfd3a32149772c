/** Everything mailed by the cloud, as plain text: newest first. AWS has nothing like it. */
import { parseMails } from '../outbox.ts';
import { MAIL_PATH } from './cognito-mail.ts';
import type { Forward } from './gate.ts';

/** Reads the emulator's mails. */
export async function outboxPage(forward: Forward): Promise<string> {
  const body = Buffer.alloc(0);
  const response = await forward({ method: 'GET', url: MAIL_PATH, headers: {}, body });
  const mails = parseMails(response.body.toString());
  if (mails.length === 0) return 'No mail yet.\n';
  return mails
    .toReversed()
    .map(({ sentAt, from, to, subject, text }) =>
      [
        `${sentAt.toISOString()}  ${from} to ${to.join(', ')}`,
        `Subject: ${subject}`,
        '',
        text,
        '',
      ].join('\n'),
    )
    .join(`${'-'.repeat(72)}\n`);
}
