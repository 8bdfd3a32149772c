/** Settings of the mails that tell owners of changes, and their texts where a team has none. */
import * as v from 'valibot';
import { awsRegion, inFile, optional, text } from './setting-values.ts';

/** Placeholders are in braces; docs/settings-explained.md says what each stands for. */
export const DEFAULT_TEXTS = {
  subject: 'A change to how you sign in',
  body: [
    'This was changed in your account at {time}:',
    '{changes}',
    'If you did this, there is nothing to do.',
    'If you did not, somebody else may be using your account. Get help: {help}',
  ].join('\n\n'),
  username: 'your username',
  email: 'your e-mail address, now {email}',
  emailRemoved: 'your e-mail address, which was removed',
  password: 'your password',
};

const line = text(/^[^\r\n]{1,200}$/, 'must be one line of at most 200 characters');
const lines = text(/^[^\r]{1,2000}$/, 'must be a text of at most 2000 characters');
const textsByName = v.strictObject(
  {
    subject: v.exactOptional(line),
    body: v.exactOptional(lines),
    username: v.exactOptional(line),
    email: v.exactOptional(line),
    emailRemoved: v.exactOptional(line),
    password: v.exactOptional(line),
  },
  `must have some of the members ${Object.keys(DEFAULT_TEXTS).join(', ')}, and no others`,
);
const texts = v.pipe(
  v.unknown(),
  v.transform((given) => {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson()), given);
    return parsed.success ? parsed.output : given;
  }),
  textsByName,
  inFile(textsByName),
);

/** In the order of the documentation. */
export const NOTICE_SETTINGS = {
  noticesFrom: optional(
    text(
      /^(?=[ -~]{3,320}$)(?:[\w '-]{1,64} <[^\s@,|<>]+@[^\s@,|<>]+\.[^\s@,|<>]+>|[^\s@,|<>]+@[^\s@,|<>]+\.[^\s@,|<>]+)$/,
      'must be an address, or a name and an address, for example Accounts <no-reply@example.com>',
    ),
    'no mail is sent',
    'Sender of a [notice](settings-explained.md#notices) to the owner of an account whose username, e-mail or password was changed: an address, or `Accounts <no-reply@example.com>`.',
  ),
  noticesHelp: optional(
    line,
    'the notice names no help',
    'How owners get help with a change that was not theirs: a URL, a telephone number. Shown as text.',
  ),
  noticesRegion: optional(
    awsRegion(),
    'the region of this deployment',
    'Region in which Amazon SES has verified the address or the domain of `noticesFrom`.',
  ),
  noticesTexts: optional(
    texts,
    'texts in English',
    'Your own [texts](settings-explained.md#notices) of the notice, for example in another language.',
  ),
} as const;
