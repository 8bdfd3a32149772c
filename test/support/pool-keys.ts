/** Signing keys of a pool as the emulator stores them, for unit tests of the gate. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Json } from '../../tools/local/gate/cognito-api.ts';
import { createTokenKeys } from '../../tools/local/gate/cognito-jwt.ts';
import { CLIENT, POOL } from './fake-cognito.ts';

const SCOPE = 'openid aws.cognito.signin.user.admin';

/** Makes the keys of the fake pool, and tokens that they sign. */
export function aPoolWithKeys() {
  const folder = mkdtempSync(join(tmpdir(), 'pool-keys-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'cognito-pool-keys'));
  for (const use of ['access', 'id']) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(join(folder, 'cognito-pool-keys', `${POOL}-${use}.pem`), pem);
  }
  const keys = createTokenKeys(folder);
  const claims = (own: Json): Json => ({
    iss: `https://cognito-idp.us-east-1.amazonaws.com/${POOL}`,
    sub: 'subject',
    client_id: CLIENT,
    origin_jti: 'origin',
    ...own,
  });
  return {
    keys,
    accessToken: (own: Json = {}) =>
      keys.sign(
        POOL,
        'access',
        claims({ token_use: 'access', username: 'ada', scope: SCOPE, exp: 4e9, ...own }),
      ),
    refreshToken: (own: Json = {}) =>
      keys.sign(POOL, 'access', claims({ token_use: 'refresh', ...own })),
    idToken: (own: Json = {}) => keys.sign(POOL, 'id', claims({ token_use: 'id', ...own })),
  };
}
