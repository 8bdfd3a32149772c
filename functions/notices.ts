/** Mail to owners of accounts through Amazon SES. Loaded when first needed: see aws-ports.ts. */
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { parseNoticeSettings } from '../lib/notices/notice-settings.ts';
import { createSesNotices } from '../lib/notices/ses-notices.ts';
import type { Notices } from '../lib/self-service/ports.ts';

/** A change waits for its mail, and must be committed within the function's timeout. */
const CLIENT_CONFIG = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1000, throwOnRequestTimeout: true },
};

let client: SESv2Client | undefined;

/** The notices of one request: the signal ends its calls. @param json the settings, as JSON */
export function openNotices(json: string, signal: AbortSignal): Notices {
  const settings = parseNoticeSettings(json);
  client ??= new SESv2Client({ ...CLIENT_CONFIG, region: settings.region });
  return createSesNotices(client, settings, signal);
}
