/** Code that a checker must refuse: one wrong value for each field of the generated types. */
import { ACCOUNT_FIELDS, type Field, fieldRow } from '../../lib/account/fields.ts';

const UPDATES = ['UserUpdate', 'UserMergePatch'];

/** A value of a wrong type as JSON; null where a field takes any. */
function wrongValue(field: Field): string | null {
  const { isJsonText, newPerson, accepts } = fieldRow(field);
  if (isJsonText) return null;
  const isFlag = accepts === 'boolean' || typeof newPerson === 'boolean';
  return isFlag ? '"yes"' : '42';
}

/** Every assignment of a wrong value, by type and field. */
function wrongAssignments() {
  const wrong = (type: string, fields: readonly Field[]) =>
    fields.flatMap((field) => {
      const value = wrongValue(field);
      return value === null ? [] : [{ type, field, value }];
    });
  return [
    ...wrong('User', ACCOUNT_FIELDS),
    ...UPDATES.flatMap((type) => wrong(type, ACCOUNT_FIELDS)),
    { type: 'User', field: 'is_active', value: null },
    { type: 'User', field: 'username', value: null },
  ];
}

/**
 * A module that compiles only if every wrong value is refused, and no code is missing or too many.
 * @param types a module that exports the types
 */
export function typescriptRefusals(types: string, codes: Record<string, string[]>): string {
  const lines = wrongAssignments().flatMap(({ type, field, value }, index) => [
    '// @ts-expect-error: a value of a wrong type',
    `export const wrong${index}: Pick<types.${type}, '${field}'> = { ${field}: ${value} };`,
  ]);
  const lists = Object.entries(codes).map(([type, all]) => {
    const members = all.map((code) => `${code}: true`).join(', ');
    return `export const all${type}: Record<types.${type}, true> = { ${members} };`;
  });
  return [`import type * as types from '${types}';`, ...lines, ...lists, ''].join('\n');
}

/** The same for mypy, which has to warn of an unused `ignore`. @param module that has the classes */
export function pythonRefusals(module: string): string {
  const classes = ['User', ...UPDATES];
  const functions = classes.map((type) => {
    const lines = wrongAssignments()
      .filter((wrong) => wrong.type === type)
      .map(
        ({ field, value }) => `    it.${field} = ${value ?? 'None'}  # type: ignore[assignment]`,
      );
    return [`def refuse_${type}(it: ${type}) -> None:`, ...lines].join('\n');
  });
  return `from ${module} import ${classes.join(', ')}\n\n${functions.join('\n\n')}\n`;
}
