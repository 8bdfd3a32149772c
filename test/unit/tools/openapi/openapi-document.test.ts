import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../../lib/account/errors.ts';
import { EDITABLE_FIELDS, FIELDS, NULL_IGNORED_FIELDS } from '../../../../lib/account/fields.ts';
import type { JsonValue } from '../../../../lib/account/metadata.ts';
import { planUpdate } from '../../../../lib/self-service/account-update.ts';
import { fieldDenial } from '../../../../lib/self-service/edit-permissions.ts';
import { EXAMPLE_ADDRESSES, openApiDocument } from '../../../../tools/openapi/openapi-document.ts';
import { ERRORS_OF, LIMITS } from '../../../../tools/openapi/openapi-field-texts.ts';
import { anAccount, NOW, RULES, SSO } from '../../../support/builders.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is looked into at many places
const document: any = openApiDocument(EXAMPLE_ADDRESSES);
const { schemas } = document.components;
const { User, UserUpdate } = schemas;
const account = anAccount({ username: 'countess', email: 'byron@example.com', name: 'Augusta' });
const session = { authTime: NOW, nowSeconds: NOW, signInNames: 'aliases' as const };

const deep = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

/** Something wrong of every sort; none of it is a valid value of any field. */
const WRONG: JsonValue[] = [
  7,
  'yes',
  '',
  ' ',
  'tab\there',
  'countess\tbyron\taugusta',
  'x'.repeat(51),
  'y'.repeat(300),
  `https://example.com/${'z'.repeat(2048)}`,
  2 ** 53,
  'm'.repeat(17_000),
  deep(33),
];

function errorsOf(field: string, value: JsonValue): string[] {
  try {
    planUpdate(account, { body: { [field]: value }, mode: 'replace' }, RULES, session, true);
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.faults.map(({ code }) => code);
  }
}

describe('the OpenAPI document', () => {
  it.each(EDITABLE_FIELDS)('lists every error that %s can have, and no other', (field) => {
    const met = new Set(WRONG.flatMap((value) => errorsOf(field, value)));

    expect([...met].sort()).toEqual(
      [...new Set([...ERRORS_OF[FIELDS[field].accepts], 'too_deep'])].sort(),
    );
    for (const code of ERRORS_OF[FIELDS[field].accepts]) {
      expect(UserUpdate.properties[field].description).toContain(`\`${code}\``);
    }
  });

  it.each(EDITABLE_FIELDS)('says of %s what null does and who is refused a change', (field) => {
    const { description } = UserUpdate.properties[field];
    const keeps = NULL_IGNORED_FIELDS.some((one) => one === field);
    const superuser = anAccount({ is_superuser: true });
    const cases = [
      { denial: fieldDenial(field, { ...superuser, ...SSO }, { ...session, ...RULES }) },
      { denial: fieldDenial(field, account, { ...session, ...RULES }) },
      { denial: fieldDenial(field, superuser, { ...session, ...RULES, authTime: null }) },
    ];

    expect(description).toContain(keeps ? 'Null: unchanged.' : 'Null: cleared.');
    for (const { denial } of cases) {
      if (denial !== null) expect(description).toContain(`\`${denial}\``);
    }
  });

  it.each(['User', 'UserUpdate', 'UserMergePatch', 'Problem', 'FieldError', 'FieldCapability'])(
    'describes every field of %s with an example',
    (name) => {
      const { properties } = schemas[name];
      for (const [field, schema] of Object.entries<Record<string, unknown>>(properties)) {
        expect(schema['description'], field).toMatch(/\S/);
        expect(schema['examples'], field).toHaveLength(1);
      }
    },
  );

  it('takes of all URLs exactly the avatars that the service takes', () => {
    const pattern = new RegExp(String(LIMITS.url?.['pattern']));
    const unit = fc.constantFrom(...'ab.:/@?#% \\\t\u0085\u00e9');
    const start = fc.constantFrom(
      'https://a',
      'HTTPS://',
      'https://@a',
      'https:/a',
      'http://a',
      '',
    );
    const isTaken = (url: string) => errorsOf('avatar_url', url).length === 0;
    fc.assert(
      fc.property(start, fc.string({ unit, maxLength: 9 }), (head, rest) => {
        const url = `${head}${rest}`;
        fc.pre(URL.canParse(url));
        expect(isTaken(url), url).toBe(pattern.test(url));
      }),
    );
    expect(isTaken('')).toBe(pattern.test(''));
  });

  it.each(['Capabilities', 'FieldCapability', 'Problem', 'FieldError'])(
    'lets %s have more members in a later version',
    (name) => {
      expect(JSON.stringify(schemas[name])).not.toContain('additionalProperties');
    },
  );

  it('shows a response that has exactly the fields of the account', () => {
    const { example } = document.paths['/users/me'].get.responses[200].content['application/json'];

    expect(Object.keys(example)).toEqual(User.required);
  });

  it('says of every problem which code it has and who makes it', () => {
    for (const operation of Object.values<{ responses: object }>(document.paths['/users/me'])) {
      for (const [status, response] of Object.entries(operation.responses)) {
        const content = response.content?.['application/problem+json'];
        if (content === undefined) continue;
        const { properties } = schemas[content.schema.$ref.split('/').at(-1)];
        const { const: only, $ref: list } = properties.code;
        const codes = only === undefined ? schemas[list.split('/').at(-1)].enum : [only];
        expect(properties.status.const).toBe(Number(status));
        for (const code of codes) {
          expect(response.description, status).toMatch(`\`${code}\` (`);
          const named = [content.examples[code], content.examples[`gateway_${code}`]];
          expect(named.filter(Boolean).length, code).toBeGreaterThan(0);
        }
      }
    }
  });
});
