/** Validates by those keywords of JSON Schema that the schema of settings files uses. */
import * as v from 'valibot';

type Schema = Readonly<Record<string, unknown>>;

const ObjectSchema = v.record(v.string(), v.unknown());
const ListSchema = v.array(ObjectSchema);
const asObject = (value: unknown): Schema => v.parse(ObjectSchema, value);
const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keywords: whether a value keeps them. Those that are about another type hold. */
const KEYWORDS: Record<string, (value: unknown, keyword: unknown, schema: Schema) => boolean> = {
  $schema: () => true,
  title: () => true,
  description: () => true,
  type: (value, type) =>
    type === 'object'
      ? isObject(value)
      : type === 'array'
        ? Array.isArray(value)
        : type === 'integer'
          ? Number.isInteger(value)
          : typeof value === type,
  enum: (value, options) => v.parse(v.array(v.unknown()), options).includes(value),
  const: (value, constant) => value === constant,
  pattern: (value, source) =>
    typeof value !== 'string' || new RegExp(String(source), 'u').test(value),
  minimum: (value, limit) => typeof value !== 'number' || value >= Number(limit),
  maximum: (value, limit) => typeof value !== 'number' || value <= Number(limit),
  items: (value, of) => !Array.isArray(value) || value.every((item) => isValid(asObject(of), item)),
  minItems: (value, limit) => !Array.isArray(value) || value.length >= Number(limit),
  maxItems: (value, limit) => !Array.isArray(value) || value.length <= Number(limit),
  anyOf: (value, options) => v.parse(ListSchema, options).some((one) => isValid(one, value)),
  oneOf: (value, options) =>
    v.parse(ListSchema, options).filter((one) => isValid(one, value)).length === 1,
  properties: (value, of) =>
    Object.entries(asObject(of)).every(
      ([name, schema]) =>
        !isObject(value) || value[name] === undefined || isValid(asObject(schema), value[name]),
    ),
  required: (value, names) =>
    !isObject(value) || v.parse(v.array(v.string()), names).every((name) => name in value),
  propertyNames: (value, of) =>
    !isObject(value) || Object.keys(value).every((name) => isValid(asObject(of), name)),
  additionalProperties: (value, of, { properties }) =>
    !isObject(value) ||
    Object.entries(value)
      .filter(([name]) => !(name in asObject(properties ?? {})))
      .every(([, member]) => of !== false && isValid(asObject(of), member)),
};

/**
 * Whether the value keeps the schema.
 * @throws Error for a keyword that is not known here
 */
export function isValid(schema: Schema, value: unknown): boolean {
  return Object.entries(schema).every(([name, keyword]) => {
    const keeps = KEYWORDS[name];
    if (keeps === undefined) throw new Error(`Unknown keyword ${name}`);
    return keeps(value, keyword, schema);
  });
}
