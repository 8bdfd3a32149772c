import {
  InternalErrorException,
  TooManyRequestsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../../lib/account/errors.ts';
import { mapCognitoError } from '../../../lib/directory/cognito-errors.ts';

type Metadata = { httpStatusCode?: number; attempts?: number };

const throttled = ($metadata: Metadata) =>
  new TooManyRequestsException({ message: 'slow down', $metadata });
const failed = ($metadata: Metadata) => new InternalErrorException({ message: 'x', $metadata });
const reset = ($metadata: Metadata) =>
  Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', $metadata });

describe('mapCognitoError', () => {
  it.each([
    { what: 'a throttled only attempt', error: throttled({ httpStatusCode: 400, attempts: 1 }) },
    { what: 'a failed only attempt', error: failed({ httpStatusCode: 500, attempts: 1 }) },
  ])('knows that $what has ended', ({ error }) => {
    expect(mapCognitoError(error)).toMatchObject({ name: 'UnavailableError', settled: true });
  });

  it.each([
    {
      what: 'an attempt before the last',
      error: throttled({ httpStatusCode: 400, attempts: 3 }),
    },
    { what: 'an attempt without a response', error: reset({ attempts: 1 }) },
    { what: 'a call of unknown attempts', error: failed({ httpStatusCode: 500 }) },
    { what: 'a call without metadata', error: Object.assign(new Error(), { code: 'EPIPE' }) },
  ])('does not know whether $what will be carried out', ({ error }) => {
    expect(mapCognitoError(error)).toMatchObject({ name: 'UnavailableError', settled: false });
  });

  it('leaves what it does not know as it is', () => {
    const error = new TypeError('x');

    expect(mapCognitoError(error)).toBe(error);
    expect(error).not.toBeInstanceOf(ServiceError);
  });
});
