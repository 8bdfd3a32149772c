import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterEach, describe, expect, it } from 'vitest';
import { createSesNotices } from '../../../lib/notices/ses-notices.ts';
import { aTellingRecord, NOTICE_SETTINGS } from '../../support/notice-builders.ts';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

interface Sent {
  path: string | undefined;
  body: Record<string, never>;
}

let server: Server | undefined;
afterEach(() => server?.close());

/** An SES that takes every mail but those to the refused address. */
async function startSes(refused = '') {
  const sent: Sent[] = [];
  server = createServer(async (request, response) => {
    const body = (await json(request)) as Sent['body'];
    sent.push({ path: request.url, body });
    const isRefused = refused !== '' && JSON.stringify(body).includes(refused);
    response.statusCode = isRefused ? 400 : 200;
    if (isRefused) response.setHeader('x-amzn-ErrorType', 'MessageRejected');
    response.end(isRefused ? '{"message":"no"}' : '{"MessageId":"1"}');
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new SESv2Client({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  return { sent, client };
}

const BOTH = { notify: ['ada@example.com', 'ada@new.example'] };

describe('notices through SES', () => {
  it('are sent from the identity of the settings, as text and as HTML', async () => {
    const { client, sent } = await startSes();
    await createSesNotices(client, NOTICE_SETTINGS).tell(aTellingRecord({ username: 'countess' }));

    expect(sent).toMatchObject([
      {
        path: '/v2/email/outbound-emails',
        body: {
          FromEmailAddress: 'Accounts <no-reply@accounts.example>',
          Destination: { ToAddresses: ['ada@example.com'] },
          Content: {
            Simple: {
              Subject: { Data: 'Your account was changed', Charset: 'UTF-8' },
              Body: {
                Text: { Data: expect.stringContaining('- your username') },
                Html: { Data: expect.stringContaining('<li>your username</li>') },
              },
              Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
            },
          },
        },
      },
    ]);
  });

  it('tell nobody else which address is told', async () => {
    const { client, sent } = await startSes();
    const record = aTellingRecord({ email: 'ada@new.example' }, BOTH);
    await createSesNotices(client, NOTICE_SETTINGS).tell(record);

    const texts = sent.map(({ body }) => JSON.stringify(body));
    expect(texts).toHaveLength(2);
    for (const text of texts) expect(BOTH.notify.filter((to) => text.includes(to))).toHaveLength(1);
  });

  it('are sent to the other addresses where one is refused, which is an error', async () => {
    const { client, sent } = await startSes('ada@example.com');
    const record = aTellingRecord({ email: 'ada@new.example' }, BOTH);

    await expect(createSesNotices(client, NOTICE_SETTINGS).tell(record)).rejects.toMatchObject({
      name: 'MessageRejected',
    });
    expect(sent.map(({ body }) => body['Destination'])).toContainEqual({
      ToAddresses: ['ada@new.example'],
    });
  });

  it('are not sent after the signal', async () => {
    const { client, sent } = await startSes();
    const notices = createSesNotices(client, NOTICE_SETTINGS, AbortSignal.abort());

    await expect(notices.tell(aTellingRecord({ username: 'countess' }))).rejects.toThrow();
    expect(sent).toEqual([]);
  });
});
