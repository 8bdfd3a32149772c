import { describe, expect, it } from 'vitest';
import { DirectoryRefusalError } from '../../../lib/account/errors.ts';
import { toProblem } from '../../../lib/self-service/directory-problem.ts';

const BOTH = { username: 'ada', email: 'ada@example.com' };

describe('the problem of a refused change', () => {
  it.each([
    { reason: 'alias_exists', field: 'email', code: 'email_taken', pointers: ['/email'] },
    { reason: 'alias_exists', field: 'username', code: 'username_taken', pointers: ['/username'] },
    {
      reason: 'alias_exists',
      field: null,
      code: 'username_taken',
      pointers: ['/username', '/email'],
    },
    { reason: 'invalid_value', field: 'email', code: 'invalid_fields', pointers: ['/email'] },
    {
      reason: 'invalid_value',
      field: null,
      code: 'invalid_fields',
      pointers: ['/username', '/email'],
    },
  ] as const)('is at $pointers for $reason of $field', ({ reason, field, code, pointers }) => {
    const problem = toProblem(new DirectoryRefusalError(reason, field), BOTH);

    expect(problem.code).toBe(code);
    expect(problem.faults.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('is at the one field that was sent where the directory names another', () => {
    const refused = new DirectoryRefusalError('invalid_value', 'email');

    const problem = toProblem(refused, { username: 'ada' });

    expect(problem.faults.map(({ pointer }) => pointer)).toEqual(['/username']);
  });

  it.each([
    ['ada', /this value/],
    ['ada@example.com', /an e-mail address as username: send a name without an at sign/],
  ])('says what to do about the refused username %s', (username, detail) => {
    const problem = toProblem(new DirectoryRefusalError('invalid_value'), { username });

    expect(problem.code).toBe('invalid_fields');
    expect(problem.faults).toEqual([
      { pointer: '/username', code: 'invalid_username', detail: expect.stringMatching(detail) },
    ]);
  });
});
