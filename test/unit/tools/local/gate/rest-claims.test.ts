import { describe, expect, it } from 'vitest';
import { authorizerClaims } from '../../../../../tools/local/gate/rest-claims.ts';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenOf = (claims: object) => `${part({ alg: 'RS256' })}.${part(claims)}.signature`;

const INSTANTS = { exp: 1_701_883_372, iat: 1_701_879_772, auth_time: 1_701_879_772 };

describe('the claims of an authorizer', () => {
  it('have exp and iat as the dates of AWS, and auth_time in seconds', () => {
    expect(authorizerClaims(tokenOf(INSTANTS), 'date')).toEqual({
      exp: 'Wed Dec 06 17:22:52 UTC 2023',
      iat: 'Wed Dec 06 16:22:52 UTC 2023',
      auth_time: '1701879772',
    });
  });

  it('have all instants in seconds where that form is asked for', () => {
    expect(authorizerClaims(tokenOf(INSTANTS), 'epoch')).toEqual({
      exp: '1701883372',
      iat: '1701879772',
      auth_time: '1701879772',
    });
  });

  it('are strings, lists as one', () => {
    const claims = { sub: 'zoë', version: 2, active: true, 'cognito:groups': ['a', 'b'], odd: {} };

    expect(authorizerClaims(tokenOf(claims), 'date')).toEqual({
      sub: 'zoë',
      version: '2',
      active: 'true',
      'cognito:groups': 'a,b',
      odd: '{}',
    });
  });
});
