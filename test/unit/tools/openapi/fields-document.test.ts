import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ACCOUNT_FIELDS } from '../../../../lib/account/fields.ts';
import { FIELDS_FILE, fieldsDocument } from '../../../../tools/openapi/fields-document.ts';

describe('docs/fields.md', () => {
  it('has a row and a meaning for each field', () => {
    const text = fieldsDocument();

    for (const field of ACCOUNT_FIELDS) {
      expect(text).toContain(`\n| \`${field}\` |`);
      expect(text).toContain(`\n- \`${field}\`: `);
    }
  });

  it('is what npm run openapi writes', async () => {
    expect(await readFile(FIELDS_FILE, 'utf8')).toBe(fieldsDocument());
  });

  it('says of a field who may change it and what null does', () => {
    expect(fieldsDocument()).toContain(
      '| `email` | e-mail address | ignored | on SSO accounts; without a recent sign-in | as it is |  | `null` |',
    );
  });
});
