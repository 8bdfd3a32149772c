/** Claims as an API Gateway authorizer passes them, in the recorded formats of AWS and the local cloud. */
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { NOW } from './builders.ts';

export const USER_POOL_ID = 'eu-central-1_Ab12Cd34E';
const ISSUER = `https://cognito-idp.eu-central-1.amazonaws.com/${USER_POOL_ID}`;
export const CLIENT_ID = '4f2k9s8d7f6g5h4j3k2l1m0n9p';

export type Claims = Record<string, unknown>;

/** A time as real AWS formats `exp` and `iat`, for example `Mon Apr 14 12:33:31 UTC 2025`. */
export function awsDate(epochSeconds: number): string {
  const text = new Date(epochSeconds * 1000).toUTCString();
  const [weekday, day, month, year, time] = text.replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}

/** Claims of a user's access token on real AWS: formatted dates, lists as one string. */
export function awsClaims(given: Claims = {}): Claims {
  return {
    sub: 'f3a4b8c2-7011-70d5-9c5e-0d8a3f6b1c2e',
    'cognito:groups': 'staff,editors',
    iss: ISSUER,
    version: '2',
    client_id: CLIENT_ID,
    origin_jti: 'session-1',
    token_use: 'access',
    scope: 'openid users/me.write users/me.read',
    auth_time: String(NOW - 60),
    exp: awsDate(NOW + 3600),
    iat: awsDate(NOW - 60),
    jti: '0b8f6a34-2f0e-4f7e-8a3c-6d5b4a392817',
    username: 'dir-ada',
    ...given,
  };
}

/** The same token on the local cloud: epoch strings throughout. */
export function localClaims(given: Claims = {}): Claims {
  return awsClaims({ exp: String(NOW + 3600), iat: String(NOW - 60), ...given });
}

/** Claims of a client-credentials token: the client is the subject, and no user signed in. */
export function serviceClaims(given: Claims = {}): Claims {
  return {
    sub: CLIENT_ID,
    iss: ISSUER,
    version: '2',
    client_id: CLIENT_ID,
    token_use: 'access',
    scope: 'users/me.read users/me.write',
    exp: awsDate(NOW + 3600),
    iat: awsDate(NOW - 60),
    jti: '5d0c7c1e-93a8-4a55-8b0e-77a1f2d3c4b5',
    ...given,
  };
}

/** Claims of a record's owner. */
export function claimsOf({ subject, directoryName }: AccountRecord, given: Claims = {}): Claims {
  return directoryName === null
    ? serviceClaims({ sub: subject, client_id: subject, ...given })
    : awsClaims({ sub: subject, username: directoryName, ...given });
}

/** Claims without one of them. */
export function without(claims: Claims, name: string): Claims {
  const { [name]: _left, ...rest } = claims;
  return rest;
}
