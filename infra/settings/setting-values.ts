/**
 * The types of values that settings have, each given as text on the command line or as JSON in a
 * file. Messages follow the setting's name: "must be ...". Knows no setting.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import * as v from 'valibot';

/** A setting with a fixed default. */
export function setting<
  const Schema extends v.GenericSchema,
  const Value extends v.InferInput<Schema>,
>(schema: Schema, defaultValue: Value, meaning: string) {
  return v.optional(v.pipe(schema, v.description(meaning)), defaultValue);
}

/** A setting that defaults to null; `defaultDescription` documents what null means. */
export function optional<const Schema extends v.GenericSchema>(
  schema: Schema,
  defaultDescription: string,
  meaning: string,
) {
  return v.nullish(v.pipe(schema, v.title(defaultDescription), v.description(meaning)), null);
}

/**
 * Notes the form that a value has in a settings file, for editors, where the schema takes text of
 * the command line too.
 */
export function inFile<Value>(
  fileForm: v.GenericSchema,
): v.MetadataAction<Value, { fileForm: v.GenericSchema }> {
  return v.metadata({ fileForm });
}

/** A string that matches the pattern. */
export function text(pattern: RegExp, message: string) {
  return v.pipe(v.string(message), v.regex(pattern, message));
}

/** An e-mail address. */
export function mailAddress() {
  return text(
    /^(?=[!-~]{3,254}$)[^\s@,|]+@[^\s@,|]+\.[^\s@,|]+$/,
    'must be an e-mail address, without letters that are not ASCII',
  );
}

/** A host name in lower case. */
export function hostName() {
  return text(
    /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    'must be a host name in lower case, for example api.example.com',
  );
}

/** A region of AWS. */
export function awsRegion() {
  return v.picklist(REGIONS, 'must be a region of AWS, for example eu-west-1');
}

/** An integer, both bounds included. */
export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    number(message),
    v.check((value) => Number.isInteger(value) && value >= min && value <= max, message),
    inFile(v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))),
  );
}

/** A retention in days that CloudWatch Logs supports. */
export function retentionDays() {
  const known = Object.values(RetentionDays).filter((value) => typeof value === 'number');
  const message = `must be one of ${known.join(', ')}`;
  return v.pipe(number(message), v.enum(RetentionDays, message), inFile(v.picklist(known)));
}

/** A boolean. */
export function trueOrFalse() {
  return v.pipe(
    v.union([v.boolean(), v.picklist(['true', 'false'])], 'must be true or false'),
    v.transform((value) => value === true || value === 'true'),
    inFile(v.boolean()),
  );
}

/** One of the given words. */
export function oneOf<const Words extends readonly string[]>(...words: Words) {
  return v.picklist(words, `must be one of ${words.join(', ')}`);
}

/** At most 100 strings: a JSON array, or separated by commas. */
export function listOf(isItem: (text: string) => boolean, message: string, min = 0) {
  return v.pipe(
    itemsOf(v.string(message), message),
    v.check((items) => items.length >= min && items.length <= 100, message),
    v.check((items) => items.every(isItem), message),
    inFile(v.pipe(v.array(v.string()), v.minLength(min), v.maxLength(100))),
  );
}

/** Items of that schema: an array, also as JSON text, or strings separated by commas. */
export function itemsOf<const Item extends v.GenericSchema>(item: Item, message: string) {
  return v.pipe(
    v.unknown(),
    v.transform((value) => (typeof value === 'string' ? (fromJson(value) ?? split(value)) : value)),
    v.array(item, message),
    inFile(v.array(item)),
  );
}

/** At most 50 strings by name: an object, also as JSON text, or `name=value` separated by commas. */
export function stringRecord(name: RegExp, value: RegExp, message: string) {
  return v.pipe(
    v.unknown(),
    v.transform((given) => (typeof given === 'string' ? (fromJson(given) ?? pairs(given)) : given)),
    v.check((given) => !Array.isArray(given), message),
    v.record(
      v.pipe(v.string(), v.regex(name, message)),
      v.pipe(v.string(message), v.regex(value, message)),
      message,
    ),
    // AWS takes no more tags.
    v.check((given) => Object.keys(given).length <= 50, message),
    inFile(v.record(v.pipe(v.string(), v.regex(name)), v.pipe(v.string(), v.regex(value)))),
  );
}

/** Parses JSON of an array or object. @returns undefined for other text, invalid JSON unchanged */
function fromJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson()), text);
  return parsed.success ? parsed.output : text;
}

function split(text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  return items.filter((item) => item !== '');
}

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(
    split(text).map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')];
    }),
  );
}

/** An ARN of that service; `resource` is a pattern for its last part. */
export function arn(service: string, resource: string, example: string) {
  return text(
    new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${resource}$`),
    `must be an ARN like ${example}`,
  );
}

/** The regions that this release of the CDK knows, without China's, which have no user pools. */
export const REGIONS = RegionInfo.regions
  .filter(({ partition }) => partition !== 'aws-cn')
  .map(({ name }) => name);

/** True for an absolute `https:` URL, or an `http:` URL on this machine. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text) || text.includes('#') || text.includes('*')) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.includes(hostname));
}

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1'];

function number(message: string) {
  const digits = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number));
  return v.union([v.number(), digits], message);
}
