/** Mail to owners of accounts, from whoever uses the account tool. */
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { parseNoticeSettings } from '../../lib/notices/notice-settings.ts';
import { createSesNotices } from '../../lib/notices/ses-notices.ts';
import type { Notices } from '../../lib/self-service/ports.ts';
import type { ClientSettings } from './operator-target.ts';

/**
 * The notices of a deployment. A failure is printed, as no log line and no alarm tells of it.
 * @param json the deployment's settings of the notices
 */
export function openNotices(
  json: string,
  clientSettings: ClientSettings,
  warn: (line: string) => void = console.error,
): Notices {
  const settings = parseNoticeSettings(json);
  const client = new SESv2Client({ region: settings.region, ...clientSettings });
  const notices = createSesNotices(client, settings);
  return {
    tell: (record) =>
      notices.tell(record).catch((error: unknown) => {
        const name = error instanceof Error ? error.name : typeof error;
        warn(`The owner could not be told by mail (${name}): tell them of the change yourself.`);
        throw error;
      }),
  };
}
