import { describe, expect, it } from 'vitest';
import { readObservations } from '../../../../../tools/local/gate/aws-observations.ts';
import { createClock } from '../../../../../tools/local/gate/clock.ts';
import { createDisabledUserChecks } from '../../../../../tools/local/gate/cognito-disabled-users.ts';
import { MAIL_PATH } from '../../../../../tools/local/gate/cognito-mail.ts';
import { createQuotas } from '../../../../../tools/local/gate/cognito-quotas.ts';
import { createGateControl } from '../../../../../tools/local/gate/gate-control.ts';
import { aFakeCognito, json, POOL } from '../../../../support/fake-cognito.ts';

function aGate() {
  const clock = createClock(() => 0);
  const quotas = createQuotas(clock);
  const observations = readObservations();
  const control = createGateControl({ clock, quotas, observations });
  const cognito = aFakeCognito({ ada: {} });
  const send = (method: string, url: string, body: unknown = '') => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return control({ method, url, headers: {}, body: Buffer.from(text) }, cognito.forward);
  };
  return { ...cognito, clock, quotas, observations, send };
}

it('puts the clock forward', async () => {
  const { clock, send } = aGate();

  expect((await send('POST', '/_gate/clock', { advanceSeconds: 60 })).status).toBe(204);

  expect(clock.now()).toBe(60_000);
});

it('sets quotas: calls above them within a second are refused, others not', async () => {
  const { send, quotas, call, clock } = aGate();
  await send('POST', '/_gate/quotas', { DescribeUserPool: 2 });
  const describePool = () => call(quotas.behaviour, 'DescribeUserPool', { UserPoolId: POOL });

  const errors = [await describePool(), await describePool(), await describePool()];

  expect(errors.map(({ error }) => error)).toEqual([null, null, 'TooManyRequestsException']);
  expect((await call(quotas.behaviour, 'ListUserPools', {})).error).toBe(null);
  clock.advance(1);
  expect((await describePool()).error).toBe(null);
});

it('sets a quota of the token endpoint, which answers 429 above it', async () => {
  const { send, quotas, pages, forward } = aGate();
  pages.set('POST /oauth2/token', () => json({ access_token: 'a' }));
  await send('POST', '/_gate/quotas', { '/oauth2/token': 1 });
  const redeem = () =>
    quotas.behaviour(
      { method: 'POST', url: '/oauth2/token', headers: {}, body: Buffer.from('') },
      forward,
    );

  const answers = [await redeem(), await redeem()];

  expect(answers.map(({ status }) => status)).toEqual([200, 429]);
  expect(JSON.parse(String(answers[1]?.body))).toEqual({ error: 'too_many_requests' });
});

it('counts nothing once the quotas are taken away', async () => {
  const { send, quotas, call } = aGate();
  await send('POST', '/_gate/quotas', { ListUserPools: 0 });
  expect((await call(quotas.behaviour, 'ListUserPools', {})).status).toBe(400);

  await send('POST', '/_gate/quotas', {});

  expect((await call(quotas.behaviour, 'ListUserPools', {})).status).toBe(200);
});

it.each([
  ['refused', 'NotAuthorizedException'],
  ['accepted', null],
])('changes an answer of AWS: the sign-out of a disabled user is %s', async (answer, error) => {
  const { send, observations, call, users } = aGate();
  const checks = createDisabledUserChecks(observations);
  const signOut = () =>
    call(checks, 'AdminUserGlobalSignOut', { UserPoolId: POOL, Username: 'ada' });

  await send('POST', '/_gate/observations', { sign_out_of_disabled_user: answer });

  expect((await signOut()).error).toBe(null);
  for (const user of users) user.enabled = false;
  expect((await signOut()).error).toBe(error);
});

describe('the outbox', () => {
  const mail = { Source: 'from@x.example', To: ['to@x.example'], BodyHtml: null };
  const mails = [
    { ...mail, Subject: 'Old', BodyText: 'first', Timestamp: 1 },
    { ...mail, Subject: 'New', BodyText: '<b>second</b>', Timestamp: 2 },
  ];

  it('shows mails as plain text, the newest first', async () => {
    const { send, pages } = aGate();
    pages.set(`GET ${MAIL_PATH}`, () => json({ messages: { account: mails } }));

    const { headers, body } = await send('GET', '/_gate/outbox');

    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(body.toString()).toMatch(
      /^1970-01-01T00:00:02.000Z {2}from@x.example to to@x.example\nSubject: New\n\n<b>second<\/b>\n-+\n.*\nSubject: Old\n\nfirst\n$/,
    );
  });

  it('says that there is none yet', async () => {
    const { send, pages } = aGate();
    pages.set(`GET ${MAIL_PATH}`, () => json({ messages: {} }));

    expect((await send('GET', '/_gate/outbox')).body.toString()).toBe('No mail yet.\n');
  });
});

it.each([
  ['/_gate/clock', { advanceSeconds: -1 }],
  ['/_gate/clock', 'now'],
  ['/_gate/quotas', { DescribeUserPool: 'many' }],
  ['/_gate/observations', { sign_out_of_disabled_user: 'perhaps' }],
  ['/_gate/observations', { unknown: 'accepted' }],
])('%s refuses %j', async (url, body) => {
  expect((await aGate().send('POST', url, body)).status).toBe(400);
});

it('knows no other endpoint, and passes every other path', async () => {
  const { send, pages } = aGate();
  pages.set('GET /path', () => json({}));

  expect((await send('GET', '/_gate/clock')).status).toBe(404);
  expect((await send('GET', '/path')).status).toBe(200);
});
