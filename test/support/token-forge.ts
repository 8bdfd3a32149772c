/**
 * Forges tokens, and signs tokens as the pool would: the local cloud stores its pools' private keys in
 * files.
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

/** Decoded parts of a token. */
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

/** The first two parts of a token; a string replaces a part verbatim. */
const head = (header: string | Json, claims: string | Json) =>
  `${encoded(header)}.${encoded(claims)}`;

/** A token with the given signature. */
export const assembled = (header: string | Json, claims: string | Json, signature: string) =>
  `${head(header, claims)}.${signature}`;

/** A token signed with RS256, regardless of its header. */
export function signed(header: string | Json, claims: string | Json, key: KeyObject): string {
  const signature = sign('sha256', Buffer.from(head(header, claims)), key).toString('base64url');
  return assembled(header, claims, signature);
}

/** A token signed with HS256, with a public key as the secret. */
export function signedBySecret(header: Json, claims: Json, secret: string | Buffer): string {
  const mac = createHmac('sha256', secret).update(head(header, claims)).digest('base64url');
  return assembled(header, claims, mac);
}

/** A key that belongs to no pool. */
export const foreignKey = (): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** The key with which a pool of the local cloud signs access or ID tokens. */
export function poolKey(use: 'access' | 'id', userPoolId = stack.userPoolId): KeyObject {
  const file = join(inject('cloudFolder'), 'state/cognito-pool-keys', `${userPoolId}-${use}.pem`);
  return createPrivateKey(readFileSync(file));
}

/** Encodings of a public key that a confused verifier could use as a secret. */
export function publicForms(key: KeyObject): Record<string, string | Buffer> {
  const publicKey = createPublicKey(key);
  return {
    'PEM of the public key': publicKey.export({ type: 'spki', format: 'pem' }),
    'DER of the public key': publicKey.export({ type: 'spki', format: 'der' }),
    'modulus of the public key': String(publicKey.export({ format: 'jwk' }).n),
  };
}
