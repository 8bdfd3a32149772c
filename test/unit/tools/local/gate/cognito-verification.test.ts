import { describe, expect, it } from 'vitest';
import { readObservations } from '../../../../../tools/local/gate/aws-observations.ts';
import { createClock } from '../../../../../tools/local/gate/clock.ts';
import { createMailbox, MAIL_PATH } from '../../../../../tools/local/gate/cognito-mail.ts';
import { createEmailVerification } from '../../../../../tools/local/gate/cognito-verification.ts';
import { parseMails } from '../../../../../tools/local/outbox.ts';
import { aFakeCognito, json, listed, POOL } from '../../../../support/fake-cognito.ts';
import { aPoolWithKeys } from '../../../../support/pool-keys.ts';

const OLD = 'old@x.example';
const NEW = 'new@x.example';
const token = aPoolWithKeys().accessToken();

function aPool(answers: Record<string, string> = {}) {
  const observations = readObservations();
  observations.override(answers);
  const clock = createClock(() => 0);
  const mailbox = createMailbox(clock);
  const behaviour = createEmailVerification({ clock, mailbox, observations });
  const cognito = aFakeCognito({ ada: { email: OLD, email_verified: 'true' } });
  cognito.pages.set(`GET ${MAIL_PATH}`, () => json({ messages: {} }));
  const { call } = cognito;
  const mails = async () =>
    parseMails((await cognito.open(mailbox.behaviour, MAIL_PATH)).body.toString());
  return {
    ...cognito,
    clock,
    mails,
    newestCode: async () => /\d{6}/.exec((await mails()).at(-1)?.text ?? '')?.[0] ?? '',
    adminUpdate: (attributes: Record<string, string>) => {
      const UserAttributes = listed(attributes);
      const input = { UserPoolId: POOL, Username: 'ada', UserAttributes };
      return call(behaviour, 'AdminUpdateUserAttributes', input);
    },
    update: (attributes: Record<string, string>) => {
      const input = { AccessToken: token, UserAttributes: listed(attributes) };
      return call(behaviour, 'UpdateUserAttributes', input);
    },
    sendCode: (AttributeName = 'email') =>
      call(behaviour, 'GetUserAttributeVerificationCode', { AccessToken: token, AttributeName }),
    verify: (Code: string) =>
      call(behaviour, 'VerifyUserAttribute', { AccessToken: token, AttributeName: 'email', Code }),
  };
}

const unverified = (email: string) => ({ email, email_verified: 'false' });
const otherThan = (code: string) => (code === '000000' ? '111111' : '000000');

describe('a code', () => {
  it('is mailed on demand, in the words of the pool, and verifies the address once', async () => {
    const { pool, sendCode, mails, newestCode, verify, attributesOf } = aPool();
    Object.assign(attributesOf('ada'), unverified(NEW));
    pool['VerificationMessageTemplate'] = { EmailSubject: 'Hello', EmailMessage: '{####} it is' };

    const { output } = await sendCode();

    expect(output.CodeDeliveryDetails).toEqual({
      Destination: 'n***@x***',
      DeliveryMedium: 'EMAIL',
      AttributeName: 'email',
    });
    const code = await newestCode();
    expect(await mails()).toMatchObject([{ to: [NEW], subject: 'Hello', text: `${code} it is` }]);
    expect((await verify(code)).error).toBe(null);
    expect(attributesOf('ada')).toEqual({ email: NEW, email_verified: 'true' });
    expect((await verify(code)).error).toBe('ExpiredCodeException');
  });

  it('is found in one list with all other mail, in the order of sending', async () => {
    const { pages, clock, sendCode, mails } = aPool();
    const mail = { Source: 'a@x.example', To: ['b@x.example'], Subject: 'Hello', Timestamp: 60 };
    pages.set(`GET ${MAIL_PATH}`, () => json({ messages: { '000000000000': [mail] } }));
    await sendCode();
    clock.advance(120);
    await sendCode();

    expect((await mails()).map(({ subject }) => subject)).toEqual([
      'Your verification code',
      'Hello',
      'Your verification code',
    ]);
  });

  it('that is wrong verifies nothing, and too many block even the right one', async () => {
    const { sendCode, newestCode, verify, attributesOf } = aPool();
    Object.assign(attributesOf('ada'), unverified(NEW));
    await sendCode();
    const code = await newestCode();

    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect((await verify(otherThan(code))).error).toBe('CodeMismatchException');
    }

    expect((await verify(code)).error).toBe('LimitExceededException');
    expect(attributesOf('ada')['email_verified']).toBe('false');
  });

  it('is only valid until a newer one is sent', async () => {
    const { sendCode, newestCode, verify } = aPool();
    await sendCode();
    const older = await newestCode();
    let newer = older;
    while (newer === older) {
      await sendCode();
      newer = await newestCode();
    }

    expect((await verify(older)).error).toBe('CodeMismatchException');
    expect((await verify(newer)).error).toBe(null);
  });

  it('expires after 24 hours', async () => {
    const { clock, sendCode, newestCode, verify } = aPool();
    await sendCode();
    clock.advance(24 * 3600);

    expect((await verify(await newestCode())).error).toBe('ExpiredCodeException');
  });

  it('is refused to whom asks for too many', async () => {
    const { clock, sendCode } = aPool();
    for (let count = 1; count <= 10; count += 1) expect((await sendCode()).error).toBe(null);

    expect((await sendCode()).error).toBe('LimitExceededException');
    clock.advance(3600);
    expect((await sendCode()).error).toBe(null);
  });

  it('verifies no address that another user has verified meanwhile', async () => {
    const { users, sendCode, newestCode, verify, attributesOf } = aPool();
    Object.assign(attributesOf('ada'), unverified(NEW));
    await sendCode();
    const attributes = { email: NEW.toUpperCase(), email_verified: 'true' };
    users.push({ username: 'bob', enabled: true, status: 'CONFIRMED', attributes });

    expect((await verify(await newestCode())).error).toBe('AliasExistsException');
    expect(attributesOf('ada')['email_verified']).toBe('false');
  });

  it('verifies no address that signs another user in, verified or not', async () => {
    const { pool, users, sendCode, newestCode, verify, attributesOf } = aPool();
    Object.assign(pool, { AliasAttributes: [], UsernameAttributes: ['email'] });
    Object.assign(attributesOf('ada'), unverified(NEW));
    await sendCode();
    const attributes = unverified(NEW);
    users.push({ username: 'bob', enabled: true, status: 'CONFIRMED', attributes });

    expect((await verify(await newestCode())).error).toBe('AliasExistsException');
  });

  it('is only sent for an e-mail that the user has', async () => {
    const { sendCode, attributesOf } = aPool();

    expect((await sendCode('phone_number')).error).toBe('InvalidParameterException');
    attributesOf('ada')['email'] = '';
    expect((await sendCode()).error).toBe('InvalidParameterException');
  });
});

describe('a change of e-mail', () => {
  it.each([
    ['mailed', 1],
    ['silent', 0],
  ])('by an administrator is %s as observed', async (answer, count) => {
    const { adminUpdate, mails } = aPool({ mail_by_admin_update: answer });

    await adminUpdate(unverified(NEW));

    expect(await mails()).toHaveLength(count);
  });

  it('by the user mails a code and says where to', async () => {
    const { update, mails } = aPool();

    const { output } = await update(unverified(NEW));

    expect(await mails()).toMatchObject([{ to: [NEW] }]);
    expect(output.CodeDeliveryDetailsList).toMatchObject([{ Destination: 'n***@x***' }]);
  });

  it.each([
    ['to a verified one', { email: NEW, email_verified: 'true' }],
    ['to the same one', { email: OLD }],
    ['to none', { email: '' }],
    ['of other attributes', { locale: 'en' }],
  ])('%s mails nothing', async (_name, attributes: Record<string, string>) => {
    const { adminUpdate, mails } = aPool();

    await adminUpdate(attributes);

    expect(await mails()).toEqual([]);
  });

  it('invalidates a code for the address before', async () => {
    const { sendCode, newestCode, adminUpdate, verify } = aPool({ mail_by_admin_update: 'silent' });
    await sendCode();

    await adminUpdate(unverified(NEW));

    expect((await verify(await newestCode())).error).toBe('ExpiredCodeException');
  });
});

it('keeps the code where the change is refused, and mails none', async () => {
  const { operations, sendCode, newestCode, adminUpdate, verify } = aPool();
  await sendCode();
  const code = await newestCode();
  operations['AdminUpdateUserAttributes'] = () => ({ ...json({ __type: 'x' }), status: 400 });

  expect((await adminUpdate(unverified(NEW))).status).toBe(400);

  expect(await newestCode()).toBe(code);
  delete operations['AdminUpdateUserAttributes'];
  expect((await verify(code)).error).toBe(null);
});

describe('a pool that wants verification before an update', () => {
  function aStrictPool() {
    const strict = aPool();
    strict.pool['UserAttributeUpdateSettings'] = {
      AttributesRequireVerificationBeforeUpdate: ['email'],
    };
    return strict;
  }

  it('keeps the old address until the new one is verified, and takes the rest at once', async () => {
    const { adminUpdate, attributesOf, newestCode, verify } = aStrictPool();

    await adminUpdate({ ...unverified(NEW), locale: 'en' });

    expect(attributesOf('ada')).toEqual({ email: OLD, email_verified: 'true', locale: 'en' });
    await verify(await newestCode());
    expect(attributesOf('ada')).toMatchObject({ email: NEW, email_verified: 'true' });
  });

  it('sends a further code to the new address', async () => {
    const { adminUpdate, sendCode, mails } = aStrictPool();
    await adminUpdate(unverified(NEW));

    await sendCode();

    expect(await mails()).toMatchObject([{ to: [NEW] }, { to: [NEW] }]);
  });

  it('takes an address that an administrator has verified at once', async () => {
    const { adminUpdate, attributesOf } = aStrictPool();

    await adminUpdate({ email: NEW, email_verified: 'true' });

    expect(attributesOf('ada')['email']).toBe(NEW);
  });
});
