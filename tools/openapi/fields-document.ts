/** The text of docs/fields.md: the table of fields for readers, made from that of the code. */
import { join } from 'node:path';
import {
  ACCOUNT_FIELDS,
  type DenialReason,
  type Field,
  fieldRow,
  type ValueKind,
} from '../../lib/account/fields.ts';
import { PROJECT_ROOT } from '../support/cloud-access.ts';
import { FIELD_TEXTS } from './openapi-field-texts.ts';

/** Where the text is kept. */
export const FIELDS_FILE = join(PROJECT_ROOT, 'docs', 'fields.md');

const HEAD = `# Fields of an account

Written by \`npm run openapi\` from \`lib/account/fields.ts\`: change the table there. How to add a field:
[how-to-change.md](how-to-change.md#add-a-field).

*Set to* is what a PATCH may send. *Null* is what a null does in a PATCH. *Not changed* says when the owner of an account
may not change the field; every caller may read it. A cell of the last two columns is empty where the value is given from
outside: by the user directory, or by the operator who creates the service account. Texts and the URL of a new person come from
the directory too where it has them ([profile](settings-explained.md#profile)).

| field | set to | null | not changed | stored | new person | new service account |
|---|---|---|---|---|---|---|
`;

/** The whole document, a row per field. */
export function fieldsDocument(): string {
  const meanings = ACCOUNT_FIELDS.map(
    (field) => `- \`${field}\`: ${FIELD_TEXTS[field].description}\n`,
  );
  return `${HEAD}${ACCOUNT_FIELDS.map(tableRow).join('')}\n## What each field means\n\n${meanings.join('')}`;
}

function tableRow(field: Field): string {
  const { accepts, onNull, denials, stored, isJsonText, newPerson, newService } = fieldRow(field);
  const cells = [
    `\`${field}\``,
    accepts === null ? 'read-only' : VALUES[accepts],
    accepts === null ? '' : onNull,
    denials.map((reason) => DENIALS[reason]).join('; '),
    stored === null ? 'never' : isJsonText ? 'as JSON text' : 'as it is',
    valueText(newPerson),
    valueText(newService),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

const valueText = (value: unknown) => (value === undefined ? '' : `\`${value}\``);

const VALUES: Record<ValueKind, string> = {
  text: 'text',
  username: 'username',
  email: 'e-mail address',
  url: 'URL',
  json: 'any JSON value',
  boolean: 'true or false',
  password: 'password',
};

const DENIALS: Record<DenialReason, string> = {
  managed_by_identity_provider: 'on SSO accounts',
  privileged_field: 'except by a superuser',
  insufficient_user_authentication: 'without a recent sign-in',
};
