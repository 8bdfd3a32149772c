/** That every problem a caller can meet is a promise, and that promises can be told apart. */
import { describe, expect, it } from 'vitest';
import { GATEWAY_PROBLEMS } from '../../../../infra/api/gateway-problems.ts';
import { PROBLEM_DETAILS } from '../../../../lib/account/errors.ts';
import { EDITABLE_FIELDS } from '../../../../lib/account/fields.ts';
import { PROMISES } from '../../../../tools/acceptance/promises/all.ts';

const expectations = PROMISES.map(({ id, expected }) => `${id}: ${expected}`);

describe('the promises', () => {
  it.each(Object.keys(PROBLEM_DETAILS))('include the problem %s', (code) => {
    expect(expectations.filter((text) => text.includes(code))).not.toEqual([]);
  });

  it.each([
    ...new Set(Object.values(GATEWAY_PROBLEMS).map(({ code }) => code)),
    'method_not_allowed',
  ])('include the problem %s of the gateway', (code) => {
    expect(expectations.filter((text) => text.includes(code))).not.toEqual([]);
  });

  it.each(EDITABLE_FIELDS)('include a change of %s', (field) => {
    expect(PROMISES.filter(({ id, text }) => `${id} ${text}`.includes(field))).not.toEqual([]);
  });

  it('each have an id and a text of their own', () => {
    for (const member of ['id', 'text'] as const) {
      const all = PROMISES.map((promise) => promise[member]);
      expect(all.filter((one, index) => all.indexOf(one) !== index)).toEqual([]);
    }
  });
});
