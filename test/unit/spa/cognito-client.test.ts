import { describe, expect, it } from 'vitest';
import { toCognitoError } from '../../../examples/spa/src/cognito-client.ts';

describe('toCognitoError', () => {
  it.each([
    ['CodeMismatchException', /not the code that was sent/],
    ['ExpiredCodeException', /has expired/],
    ['LimitExceededException', /Too many attempts/],
    ['AliasExistsException', /Another account/],
    ['InternalErrorException', /does not work at the moment/],
  ])('says in words what %s means', (__type, message) => {
    const error = toCognitoError({ __type, message: 'not for people' });

    expect(error.message).toMatch(message);
    expect(error.needsSignIn).toBe(false);
  });

  it('asks for a new sign-in when Cognito has revoked the access token', () => {
    const __type = 'com.amazonaws.cognito.identity.idp.model#NotAuthorizedException';
    const error = toCognitoError({ __type, message: 'Access Token has been revoked' });

    expect(error.message).toMatch(/Sign in again, then confirm the address/);
    expect(error.needsSignIn).toBe(true);
  });

  it.each([null, 'not JSON', {}])('takes any other body for a fault that passes: %j', (body) => {
    expect(toCognitoError(body)).toMatchObject({
      message: expect.stringMatching(/Try again later/),
      needsSignIn: false,
    });
  });
});
