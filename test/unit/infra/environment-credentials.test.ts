import { afterEach, expect, it, vi } from 'vitest';
import { defaultProvider } from '../../../infra/api/bundle/environment-credentials.ts';

afterEach(() => vi.unstubAllEnvs());

it('reads the credentials that Lambda gives a function, and once', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'token');
  const credentials = defaultProvider();
  const first = await credentials();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'another');

  expect(first).toMatchObject({
    accessKeyId: 'key',
    secretAccessKey: 'secret',
    sessionToken: 'token',
  });
  expect(await credentials()).toBe(first);
});
