import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../examples/spa/src/account-client.ts';
import { markAt, ownProblem, toFormProblem } from '../../../examples/spa/src/form-problem.ts';

const REQUEST = '3f0c6a1e';

/** A problem document as the API sends it. */
function problem(
  code: string,
  errors: [pointer: string, code: string][] = [],
  given = {},
): Problem {
  const detail = 'A sentence of the server.';
  return {
    type: `urn:problem:${code}`,
    title: 'Title',
    status: 422,
    code,
    detail,
    errors: errors.map(([pointer, code]) => ({ pointer, code, detail })),
    request_id: REQUEST,
    ...given,
  } as Problem;
}
const VALUES = { name: 'Ada', metadata: '1', 'a/b': '' };

describe('toFormProblem', () => {
  it('puts the texts of a field together, whatever part of it they point to', () => {
    const errors: [string, string][] = [
      ['/name', 'text_too_long'],
      ['/metadata/deep/0', 'too_deep'],
      ['/name', 'invalid_text'],
      ['/a~1b', 'empty'],
    ];

    const shown = toFormProblem(problem('invalid_fields', errors), VALUES);

    expect(shown.messages).toEqual([]);
    expect(markAt(shown, 'name', 'Ada')).toBe(
      'Use at most 50 characters. Leave out characters that cannot be shown.',
    );
    expect(markAt(shown, 'metadata', '1')).toBe('Nest at most 32 levels.');
    expect(markAt(shown, 'a/b', '')).toBe('Enter at least one character.');
  });

  it('marks a field as long as the value that was refused stands there', () => {
    const shown = toFormProblem(problem('invalid_fields', [['/name', 'text_too_long']]), VALUES);

    expect(markAt(shown, 'name', 'Ada L')).toBeUndefined();
    expect(markAt(shown, 'name', 'Ada')).toBe('Use at most 50 characters.');
  });

  it('says separately what belongs to no field of the form', () => {
    const refused = problem('privileged_field', [['/is_active', 'privileged_field']]);

    expect(toFormProblem(refused, VALUES)).toMatchObject({
      refused: {},
      messages: ['Only a superuser may change this.'],
    });
  });

  it.each([
    ['last_superuser', {}, ['No other superuser is active, so you have to stay one.']],
    ['of_a_later_version', {}, ['A sentence of the server.']],
    [
      'unavailable',
      { status: 503 },
      ['The service is busy. Nothing is lost: try again in a moment.', `Request ${REQUEST}.`],
    ],
  ])(
    'says of a problem without errors its text, and names a failed request: %s',
    (code, given, messages) => {
      expect(toFormProblem(problem(code, [], given), VALUES).messages).toEqual(messages);
    },
  );

  it('asks for a new sign-in where that is what is missing', () => {
    const refused = problem('insufficient_user_authentication', [], { status: 401, max_age: 900 });

    expect(toFormProblem(refused, VALUES)).toEqual({
      refused: {},
      messages: [],
      requiredSignInAge: 900,
    });
  });
});

it('marks what the form has found by itself', () => {
  const found = ownProblem<keyof typeof VALUES>(VALUES, [['metadata', 'This is not valid JSON.']]);

  expect(markAt(found, 'metadata', '1')).toBe('This is not valid JSON.');
  expect(markAt(found, 'name', 'Ada')).toBeUndefined();
});
