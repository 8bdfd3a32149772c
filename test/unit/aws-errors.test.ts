import { describe, expect, it } from 'vitest';
import { errorName, isTransient } from '../../lib/aws-errors.ts';

const fault = (name: string, given: object = {}) =>
  Object.assign(new Error('x'), { name, ...given });
const answered = (httpStatusCode: number) => ({ $metadata: { httpStatusCode, attempts: 3 } });

describe('errorName', () => {
  it.each([
    { what: 'an AWS error', error: fault('UserNotFoundException'), name: 'UserNotFoundException' },
    { what: 'any error', error: new TypeError('x'), name: 'TypeError' },
    { what: 'an object with a name', error: { name: 'UserNotFoundException' }, name: null },
    { what: 'a string', error: 'UserNotFoundException', name: null },
    { what: 'nothing', error: undefined, name: null },
  ])('is $name for $what', ({ error, name }) => {
    expect(errorName(error)).toBe(name);
  });
});

describe('isTransient', () => {
  it.each([
    { name: 'ThrottlingException' },
    { name: 'ThrottledException' },
    { name: 'TooManyRequestsException' },
    { name: 'RequestLimitExceeded' },
    { name: 'ProvisionedThroughputExceededException' },
  ])('is true for $name, answered with 400', ({ name }) => {
    expect(isTransient(fault(name, answered(400)))).toBe(true);
  });

  it.each([
    { status: 500, passing: true },
    { status: 503, passing: true },
    { status: 400, passing: false },
    { status: 403, passing: false },
    { status: 499, passing: false },
    { status: 200, passing: true },
  ])('is $passing for an answer of $status', ({ status, passing }) => {
    expect(isTransient(fault('SomeException', answered(status)))).toBe(passing);
  });

  it.each([
    { code: 'ECONNRESET' },
    { code: 'ECONNREFUSED' },
    { code: 'EPIPE' },
    { code: 'ETIMEDOUT' },
    { code: 'ENOTFOUND' },
    { code: 'EAI_AGAIN' },
    { code: 'EHOSTUNREACH' },
    { code: 'ENETUNREACH' },
    { code: 'HPE_INVALID_CONSTANT' },
  ])('is true where no answer came: $code', ({ code }) => {
    const attempts = { $metadata: { attempts: 3, totalRetryDelay: 120 } };

    expect(isTransient(fault('Error', { code, ...attempts }))).toBe(true);
  });

  it.each([{ name: 'TimeoutError' }, { name: 'AbortError' }])('is true for a $name', ({ name }) => {
    expect(isTransient(fault(name))).toBe(true);
  });

  it('is false for an answer that names a network code', () => {
    expect(isTransient(fault('SomeException', { code: 'ECONNRESET', ...answered(400) }))).toBe(
      false,
    );
  });

  it.each([
    { what: 'any other error', error: new TypeError('x') },
    { what: 'an error of the file system', error: fault('Error', { code: 'ENOENT' }) },
    { what: 'an error with a numeric code', error: fault('Error', { code: 104 }) },
    { what: 'metadata that is null', error: fault('Error', { $metadata: null }) },
    { what: 'metadata that is text', error: fault('Error', { $metadata: '500' }) },
    {
      what: 'a status that is text',
      error: fault('Error', { $metadata: { httpStatusCode: '500' } }),
    },
    { what: 'an object that only looks alike', error: { name: 'ThrottlingException' } },
    { what: 'a string', error: 'ECONNRESET' },
    { what: 'nothing', error: undefined },
  ])('is false for $what', ({ error }) => {
    expect(isTransient(error)).toBe(false);
  });
});
