/**
 * Mail of user pools that the gate sends: added to the emulator's own list of mails, which is where
 * everything mailed can be read. Cognito mails through an account of its own, not through the user's SES.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { jsonOf } from './cognito-api.ts';
import { pathOf, withBody } from './cognito-oauth.ts';
import type { Pool } from './cognito-users.ts';
import type { Behaviour } from './gate.ts';

/** The emulator's list of mails, by account. */
export const MAIL_PATH = '/_ministack/ses/messages';
/** Key of the pools' mails, as they belong to no account. */
const SENDER = 'cognito';
const DEFAULT_ADDRESS = 'no-reply@verificationemail.com';

interface CodeMail {
  pool: Pool;
  email: string;
  code: string;
  username: string;
}

/** Mail that was sent. */
export interface Mailbox {
  behaviour: Behaviour;
  /** Mails a verification code in the pool's own words. */
  sendCode(mail: CodeMail): void;
}

/** An empty mailbox. */
export function createMailbox(clock: Clock): Mailbox {
  const sent: unknown[] = [];
  return {
    sendCode: ({ pool, email, code, username }) => {
      const { EmailSubject, EmailMessage } = pool.VerificationMessageTemplate;
      const text =
        EmailMessage || pool.EmailVerificationMessage || 'Your verification code is {####}.';
      sent.push({
        MessageId: randomUUID(),
        Source: pool.EmailConfiguration.From || DEFAULT_ADDRESS,
        To: [email],
        CC: [],
        BCC: [],
        Subject: EmailSubject || pool.EmailVerificationSubject || 'Your verification code',
        BodyText: text.replaceAll('{####}', code).replaceAll('{username}', username),
        BodyHtml: '',
        Timestamp: clock.now() / 1000,
        Type: 'CognitoVerificationMessage',
      });
    },
    behaviour: async (request, forward) => {
      const response = await forward(request);
      if (request.method !== 'GET' || pathOf(request) !== MAIL_PATH) return response;
      const { messages } = jsonOf(response.body);
      return withBody(response, { messages: { ...Object(messages), [SENDER]: sent } });
    },
  };
}

/** An address as Cognito shows it in a response: `a***@e***`. */
export function maskedAddress(address: string): string {
  const [local = '', domain = ''] = address.split('@');
  return `${local.slice(0, 1)}***@${domain.slice(0, 1)}***`;
}
