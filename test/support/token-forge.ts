/**
 * Tokens as an attacker makes them, and as the pool itself would sign them: the local cloud keeps its
 * pools' private keys in files.
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { stack } from './deployed-service.ts';

type Json = Record<string, unknown>;

/** A token's parts, decoded. */
export interface TokenParts {
  header: Json;
  claims: Json;
  signature: string;
}

const encoded = (value: string | Json) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const decoded = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as Json;

export function partsOf(token: string): TokenParts {
  const [header = '', claims = '', signature = ''] = token.split('.');
  return { header: decoded(header), claims: decoded(claims), signature };
}

/** The first two parts of a token; a text stands for a part that is no JSON of ours. */
const head = (header: string | Json, claims: string | Json) =>
  `${encoded(header)}.${encoded(claims)}`;

/** A token with any signature. */
export const assembled = (header: string | Json, claims: string | Json, signature: string) =>
  `${head(header, claims)}.${signature}`;

/** A token signed by RS256, whatever its header says. */
export function signed(header: string | Json, claims: string | Json, key: KeyObject): string {
  const signature = sign('sha256', Buffer.from(head(header, claims)), key).toString('base64url');
  return assembled(header, claims, signature);
}

/** A token signed by HS256 with a secret, as if a public key were one. */
export function signedBySecret(header: Json, claims: Json, secret: string | Buffer): string {
  const mac = createHmac('sha256', secret).update(head(header, claims)).digest('base64url');
  return assembled(header, claims, mac);
}

/** A key that is no pool's. */
export const foreignKey = (): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** The key a pool of the local cloud signs its access or ID tokens with. */
export function poolKey(use: 'access' | 'id', userPoolId = stack.userPoolId): KeyObject {
  const file = join(inject('cloudFolder'), 'state/cognito-pool-keys', `${userPoolId}-${use}.pem`);
  return createPrivateKey(readFileSync(file));
}

/** The public half of a key in the forms that a confused verifier takes for a secret. */
export function publicForms(key: KeyObject): Record<string, string | Buffer> {
  const publicKey = createPublicKey(key);
  return {
    'PEM of the public key': publicKey.export({ type: 'spki', format: 'pem' }),
    'DER of the public key': publicKey.export({ type: 'spki', format: 'der' }),
    'modulus of the public key': String(publicKey.export({ format: 'jwk' }).n),
  };
}
