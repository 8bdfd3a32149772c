/** Mail that the local cloud keeps instead of sending it. */
import * as v from 'valibot';
import { loopbackOrigin } from '../support/cloud-access.ts';

const MailSchema = v.object({
  To: v.array(v.string()),
  BodyText: v.string(),
  Timestamp: v.number(),
});
const OutboxSchema = v.object({ messages: v.record(v.string(), v.array(MailSchema)) });

/** The code in the newest mail to an address. @throws Error when there is none */
export async function newestCode(endpoint: string, address: string): Promise<string> {
  const response = await fetch(new URL('/_ministack/ses/messages', loopbackOrigin(endpoint)));
  const { messages } = v.parse(OutboxSchema, await response.json());
  const mails = Object.values(messages)
    .flat()
    .filter(({ To }) => To.includes(address))
    .sort((one, other) => one.Timestamp - other.Timestamp);
  const code = /\b\d{6}\b/.exec(mails.at(-1)?.BodyText ?? '')?.[0];
  if (code === undefined) throw new Error('No code was mailed to the new address');
  return code;
}
