/** Mail that the local cloud has sent: nothing leaves the machine, everything can be read here. */
import * as v from 'valibot';
import { loopbackOrigin } from '../support/cloud-access.ts';

const MailSchema = v.pipe(
  v.object({
    Source: v.string(),
    To: v.array(v.string()),
    Subject: v.string(),
    BodyText: v.nullish(v.string()),
    BodyHtml: v.nullish(v.string()),
    /** Seconds since the epoch. */
    Timestamp: v.number(),
  }),
  v.transform(({ Source, To, Subject, BodyText, BodyHtml, Timestamp }) => ({
    from: Source,
    to: To,
    subject: Subject,
    text: BodyText || BodyHtml || '',
    html: BodyHtml || '',
    sentAt: new Date(Timestamp * 1000),
  })),
);
/** A mail, in the order of sending. */
export type Mail = v.InferOutput<typeof MailSchema>;

const MessagesSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ messages: v.record(v.string(), v.array(MailSchema)) }),
);

/** The mails in the emulator's answer, oldest first. */
export function parseMails(text: string): Mail[] {
  return Object.values(v.parse(MessagesSchema, text).messages)
    .flat()
    .sort((one, other) => one.sentAt.getTime() - other.sentAt.getTime());
}

/** Mails to an address, oldest first. */
export async function mailsTo(endpointUrl: string, address: string): Promise<Mail[]> {
  const response = await fetch(`${loopbackOrigin(endpointUrl)}/_ministack/ses/messages`);
  return parseMails(await response.text()).filter(({ to }) => to.includes(address));
}

/** The newest code that was mailed to an address. @throws Error if there is none */
export async function newestCode(endpointUrl: string, address: string): Promise<string> {
  const mails = await mailsTo(endpointUrl, address);
  const code = mails.flatMap(({ text }) => /\b\d{6}\b/.exec(text)?.[0] ?? []).at(-1);
  if (code === undefined) throw new Error('No code was mailed to this address');
  return code;
}
