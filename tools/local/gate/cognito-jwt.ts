/** Tokens of the emulator's pools: read, checked, and signed with the pool's own keys. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, jsonOf, textOf } from './cognito-api.ts';

/** A pool has a key for each. */
export type TokenUse = 'access' | 'id';

/** Signs and checks tokens as a pool does. */
export interface TokenKeys {
  /** @throws Error when the pool has no keys */
  sign(poolId: string, use: TokenUse, claims: Json): string;
  isSigned(token: string, use: TokenUse): boolean;
}

/** Claims of a token, unchecked; empty if it is none. */
export function claimsOf(token: string): Json {
  return jsonOf(Buffer.from(token.split('.')[1] ?? '', 'base64url'));
}

/** Id of the pool that issued a token. */
export const poolOfToken = (claims: Json): string => textOf(claims, 'iss').split('/').at(-1) ?? '';

/** A numeric claim; 0 if there is none. */
export const numberOf = (claims: Json, name: string): number => {
  const value = claims[name];
  return typeof value === 'number' ? value : 0;
};

/** The keys that the emulator stores in its state folder. */
export function createTokenKeys(stateFolder: string): TokenKeys {
  const known = new Map<string, KeyObject>();
  const keyOf = (poolId: string, use: TokenUse): KeyObject | null => {
    const name = `${poolId}-${use}.pem`;
    const file = join(stateFolder, 'cognito-pool-keys', name);
    if (!/^[\w-]+$/.test(poolId) || !(known.has(name) || existsSync(file))) return null;
    const key = known.get(name) ?? createPrivateKey(readFileSync(file));
    known.set(name, key);
    return key;
  };
  return {
    sign: (poolId, use, claims) => {
      const key = keyOf(poolId, use);
      if (key === null) throw new Error('This user pool has no signing keys yet');
      const head = `${encoded({ kid: keyId(key), alg: 'RS256' })}.${encoded(claims)}`;
      return `${head}.${sign('sha256', Buffer.from(head), key).toString('base64url')}`;
    },
    isSigned: (token, use) => {
      const key = keyOf(poolOfToken(claimsOf(token)), use);
      const [header = '', claims = '', signature = ''] = token.split('.');
      const signed = Buffer.from(`${header}.${claims}`);
      return (
        key !== null &&
        verify('sha256', signed, createPublicKey(key), Buffer.from(signature, 'base64url'))
      );
    },
  };
}

const encoded = (part: Json) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** The id under which the emulator publishes a key. */
function keyId(key: KeyObject): string {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('base64');
}
