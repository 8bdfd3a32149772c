import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { RecordConflictError, UnavailableError } from '../../../../lib/account/errors.ts';
import { OperationError } from '../../../../lib/operations/account-lookup.ts';
import { UnsupportedSchemaVersionError } from '../../../../lib/store/item-migrations.ts';
import { awsReason } from '../../../../tools/operators/aws-failure.ts';
import { describeFailure } from '../../../../tools/operators/failure.ts';

const named = (name: string, message = 'No') => Object.assign(new Error(message), { name });
const DENIED = named(
  'AccessDeniedException',
  'User: arn:aws:iam::1:user/ops is not authorized to perform: cognito-idp:AdminDeleteUser on resource: x',
);
const INVALID = new v.ValiError([
  { kind: 'schema', type: 'x', input: 1, expected: 'x', received: 'y', message: 'z' },
]);

describe('a failure of the account tool', () => {
  it.each<[string, unknown, number, string]>([
    [
      'a missing right before the first write',
      DENIED,
      0,
      'Your credentials may not call cognito-idp:AdminDeleteUser: nothing was changed.',
    ],
    [
      'a missing right half way',
      DENIED,
      2,
      'Your credentials may not call cognito-idp:AdminDeleteUser: once they may, run "delete --id 7", which finishes what was begun.',
    ],
    [
      'AWS that does not respond',
      new UnavailableError('x'),
      0,
      'AWS did not respond: nothing was changed.',
    ],
    [
      'AWS that does not respond half way',
      new UnavailableError('x'),
      1,
      'AWS did not respond: run "delete --id 7", which finishes what was begun.',
    ],
    [
      'a concurrent change',
      new RecordConflictError(),
      0,
      'The account was changed concurrently: nothing was changed.',
    ],
    ['what was refused', new OperationError('This address is taken.'), 0, 'This address is taken.'],
    ['an item that cannot be read', INVALID, 0, 'docs/runbook.md#unreadable_item'],
    [
      'an item of a newer release',
      new UnsupportedSchemaVersionError('9'),
      0,
      'docs/runbook.md#unreadable_item',
    ],
    [
      'a mistake of the tool',
      new TypeError('x is\nno function'),
      0,
      'It failed unexpectedly (TypeError: x is no function): nothing was changed.',
    ],
  ])('is one sentence for %s', (_what, error, writes, says) => {
    const sentence = describeFailure(error, writes, 'delete --id 7');

    expect(sentence).toContain(says);
    expect(sentence).not.toContain('\n');
  });
});

describe('what AWS says', () => {
  it.each([
    [named('CredentialsProviderError'), 'no AWS credentials were found'],
    [
      named('ExpiredTokenException'),
      'AWS does not accept your credentials (ExpiredTokenException)',
    ],
    [named('Error', 'Region is missing'), 'no region is set, for example with AWS_REGION'],
    [
      Object.assign(named('Error', 'getaddrinfo ENOTFOUND logs.mars-north-7.amazonaws.com'), {
        code: 'ENOTFOUND',
      }),
      'there is no logs.mars-north-7.amazonaws.com, so the region may be wrong',
    ],
    [named('AccessDeniedException', 'Nope'), 'your credentials may not call this operation'],
    [named('ResourceNotFoundException'), 'it does not exist'],
    [new UnavailableError('x', { cause: named('ThrottlingException') }), 'AWS did not respond'],
  ])('is told in words: %s', (error, words) => {
    expect(awsReason(error)).toBe(words);
  });

  it('is nothing for an error of another kind', () => {
    expect(awsReason(new TypeError('x'))).toBeNull();
  });
});
