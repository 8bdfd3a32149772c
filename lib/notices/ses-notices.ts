/** Sends the notices through Amazon SES. */
import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Notices } from '../self-service/ports.ts';
import { type Notice, noticesOf } from './notice.ts';
import type { NoticeSettings } from './notice-settings.ts';
import { renderNotice } from './notice-text.ts';

/** Notices from one identity; the signal, where there is one, ends every call. */
export function createSesNotices(
  client: SESv2Client,
  settings: NoticeSettings,
  signal?: AbortSignal,
): Notices {
  const options = signal ? { abortSignal: signal } : {};
  const send = async (notice: Notice) => {
    const { subject, text, html } = renderNotice(notice, settings);
    const command = new SendEmailCommand({
      FromEmailAddress: settings.from,
      Destination: { ToAddresses: [notice.to] },
      Content: {
        Simple: {
          Subject: content(subject),
          Body: { Text: content(text), Html: content(html) },
          // RFC 3834: no vacation responder answers.
          Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
        },
      },
    });
    await client.send(command, options);
  };
  return {
    async tell(record) {
      // Each address is tried, whatever becomes of the others.
      const outcomes = await Promise.allSettled(noticesOf(record).map(send));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed) throw failed.reason;
    },
  };
}

function content(Data: string) {
  return { Data, Charset: 'UTF-8' };
}
