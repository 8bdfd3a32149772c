/** Settings of the notices, as the stack hands them to whatever sends them. */
import * as v from 'valibot';

const NoticeSettingsSchema = v.strictObject({
  /** Sender: an address, or a name with the address in angle brackets. */
  from: v.string(),
  /** Where owners get help, shown as text; null where the notice does not say. */
  help: v.nullable(v.string()),
  /** Region of the identity at Amazon SES. */
  region: v.string(),
  texts: v.strictObject({
    subject: v.string(),
    /** Paragraphs, separated by empty lines. */
    body: v.string(),
    username: v.string(),
    email: v.string(),
    emailRemoved: v.string(),
    password: v.string(),
  }),
});
export type NoticeSettings = v.InferOutput<typeof NoticeSettingsSchema>;

/** @throws ValiError when the text is not what the stack sets */
export function parseNoticeSettings(json: string): NoticeSettings {
  return v.parse(v.pipe(v.string(), v.parseJson(), NoticeSettingsSchema), json);
}
