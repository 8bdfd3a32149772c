/**
 * Verification of an e-mail address: mails a code, also by itself when an unverified address is set,
 * and checks it. Where the pool demands it, the old address stays until the new one is verified. The
 * emulator knows neither operation.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html
 */
import { randomInt } from 'node:crypto';
import type { Observations } from './aws-observations.ts';
import type { Clock } from './clock.ts';
import { signsAnotherIn } from './cognito-aliases.ts';
import {
  type CognitoCall,
  callCognito,
  onCognitoCall,
  refused,
  succeeded,
  textOf,
  withInput,
} from './cognito-api.ts';
import { claimsOf, poolOfToken } from './cognito-jwt.ts';
import { type Mailbox, maskedAddress } from './cognito-mail.ts';
import {
  attributeList,
  attributesOf,
  findUser,
  type Pool,
  poolOf,
  type User,
  userOfToken,
} from './cognito-users.ts';
import type { Behaviour, Forward, GateResponse } from './gate.ts';

const HOUR = 3_600_000;
/** A code is valid for 24 hours. */
const LIFETIME = 24 * HOUR;
/** AWS does not publish these two limits. */
const CODES_PER_HOUR = 10;
const ATTEMPTS_PER_CODE = 5;

interface IssuedCode {
  code: string;
  email: string;
  expiresAt: number;
  attempts: number;
}

interface Subject {
  forward: Forward;
  poolId: string;
  pool: Pool;
  user: User;
}

interface Context {
  clock: Clock;
  mailbox: Mailbox;
  observations: Observations;
}

/** Mails codes and checks them. */
export function createEmailVerification({ clock, mailbox, observations }: Context): Behaviour {
  /** The newest code of each user; an older one no longer counts. */
  const codes = new Map<string, IssuedCode>();
  const issued = new Map<string, number[]>();
  const keyOf = ({ poolId, user }: Subject) => `${poolId} ${user.username}`;

  function issue(subject: Subject, email: string): GateResponse {
    const key = keyOf(subject);
    const recent = (issued.get(key) ?? []).filter((at) => clock.now() - at < HOUR);
    if (recent.length >= CODES_PER_HOUR) return tooMany();
    issued.set(key, [...recent, clock.now()]);
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    codes.set(key, { code, email, expiresAt: clock.now() + LIFETIME, attempts: 0 });
    mailbox.sendCode({ pool: subject.pool, email, code, username: subject.user.username });
    return succeeded({ CodeDeliveryDetails: deliveryOf(email) });
  }

  /** GetUserAttributeVerificationCode. */
  function sendAgain(subject: Subject): GateResponse {
    const pending = codes.get(keyOf(subject))?.email;
    const email = pending ?? subject.user.attributes.get('email') ?? '';
    return email === ''
      ? refused('InvalidParameterException', 'User does not have an email address.')
      : issue(subject, email);
  }

  /** VerifyUserAttribute. */
  async function check(subject: Subject, code: string): Promise<GateResponse> {
    const expected = codes.get(keyOf(subject));
    if (!expected || expected.expiresAt <= clock.now()) {
      const message = 'Invalid code provided, please request a code again.';
      return refused('ExpiredCodeException', message);
    }
    if (expected.attempts >= ATTEMPTS_PER_CODE) return tooMany();
    if (code !== expected.code) {
      expected.attempts += 1;
      const message = 'Invalid verification code provided, please try again.';
      return refused('CodeMismatchException', message);
    }
    const { forward, poolId, user } = subject;
    if (await signsAnotherIn(subject, expected.email)) {
      return refused('AliasExistsException', 'An account with the email already exists.');
    }
    codes.delete(keyOf(subject));
    const verified = new Map([
      ['email', expected.email],
      ['email_verified', 'true'],
    ]);
    const UserAttributes = attributeList(verified);
    const input = { UserPoolId: poolId, Username: user.username, UserAttributes };
    const response = await callCognito(forward, 'AdminUpdateUserAttributes', input);
    return response.status === 200 ? succeeded() : response;
  }

  /** AdminUpdateUserAttributes and UpdateUserAttributes. */
  async function update(call: CognitoCall, subject: Subject): Promise<GateResponse> {
    const { operation, input, request, forward } = call;
    const { pool, user } = subject;
    const attributes = attributesOf(input['UserAttributes']);
    const email = attributes.get('email') ?? user.attributes.get('email') ?? '';
    const isNew = email !== (user.attributes.get('email') ?? '');
    const isVerified = attributes.get('email_verified') === 'true';
    const isChecked = pool.AutoVerifiedAttributes.includes('email');
    const needsCode = isNew && email !== '' && !isVerified && isChecked;
    const settings = pool.UserAttributeUpdateSettings;
    if (needsCode && settings.AttributesRequireVerificationBeforeUpdate.includes('email')) {
      for (const name of ['email', 'email_verified']) attributes.delete(name);
    }
    const UserAttributes = attributeList(attributes);
    const response = await forward(withInput(request, { ...input, UserAttributes }));
    if (response.status !== 200) return response;
    if (isNew) codes.delete(keyOf(subject));
    const isAdmin = operation === 'AdminUpdateUserAttributes';
    const isSilent = isAdmin && observations.answers.mail_by_admin_update === 'silent';
    if (!needsCode || isSilent) return response;
    issue(subject, email);
    return isAdmin ? response : succeeded({ CodeDeliveryDetailsList: [deliveryOf(email)] });
  }

  return onCognitoCall(async (call) => {
    const { operation, input, request, forward } = call;
    const isUpdate = operation.endsWith('UpdateUserAttributes');
    const isOwn = ['GetUserAttributeVerificationCode', 'VerifyUserAttribute'].includes(operation);
    if (!isUpdate && !isOwn) return forward(request);
    const subject = await subjectOf(call);
    if (isUpdate) return subject ? update(call, subject) : forward(request);
    if (!subject) return refused('NotAuthorizedException', 'Invalid Access Token');
    if (input['AttributeName'] !== 'email') {
      return refused('InvalidParameterException', 'Only an email can be verified.');
    }
    return operation === 'VerifyUserAttribute'
      ? check(subject, textOf(input, 'Code'))
      : sendAgain(subject);
  });
}

async function subjectOf({ input, forward }: CognitoCall): Promise<Subject | null> {
  const token = textOf(input, 'AccessToken');
  const poolId = textOf(input, 'UserPoolId') || poolOfToken(claimsOf(token));
  const [pool, user] = await Promise.all([
    poolOf(forward, poolId),
    token === ''
      ? findUser(forward, poolId, textOf(input, 'Username'))
      : userOfToken(forward, token),
  ]);
  return pool && user ? { forward, poolId, pool, user } : null;
}

const deliveryOf = (email: string) => ({
  Destination: maskedAddress(email),
  DeliveryMedium: 'EMAIL',
  AttributeName: 'email',
});

const tooMany = () =>
  refused('LimitExceededException', 'Attempt limit exceeded, please try after some time.');
