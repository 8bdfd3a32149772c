/** Generators of malicious requests: bodies as text and bytes, and their headers. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { EDITABLE_FIELDS, READ_ONLY_FIELDS } from '../../lib/account/fields.ts';
import { GOOD_PASSWORD } from './builders.ts';

/** Marks sent values: must not appear in a problem or a log line. */
export const MARKER = 'kept-to-itself';

/** A body with its headers. */
export interface MaliciousRequest {
  body: Buffer;
  headers: readonly (readonly [string, string])[];
  /** Whether the event carries the body in base64, as gateways do for binary types. */
  isBase64Encoded: boolean;
}

/** Characters that change a text's appearance or comparison. */
export const TRICKS = {
  'zero width space': '\u200b',
  'zero width joiner': '\u200d',
  'word joiner': '\u2060',
  'soft hyphen': '\u00ad',
  'byte order mark': '\ufeff',
  'right-to-left override': '\u202e',
  'right-to-left mark': '\u200f',
  'combining diaeresis': '\u0308',
  'variation selector': '\ufe0f',
  'tag letter': '\u{e0061}',
  'no-break space': '\u00a0',
  'line separator': '\u2028',
  NUL: '\u0000',
  'a line break': '\r\n',
} as const;

/** Homoglyphs of other texts: full width, Cyrillic, Greek, long s, dotless i, Kelvin sign. */
const LOOK_ALIKES = ['ａｄａ', 'аda', 'αda', 'adaſ', 'ıda', '\u212aada', 'ⓐda', '𝒶da', 'ada․'];

const fieldNames = [...EDITABLE_FIELDS, ...READ_ONLY_FIELDS];
const names = ['ada', 'ADA', 'ada.', 'grace', 'admin', 'Admin.', '.', '..', 'a'.repeat(50)];
const addresses = ['ada@example.com', 'ADA@EXAMPLE.COM', 'ada@example.com.', 'grace@example.com'];

const trick = fc.constantFrom(...Object.values(TRICKS));
const loneSurrogate = fc.constantFrom('\ud800', '\udfff', '\udc00\ud800');
const maliciousText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(...names, ...addresses, ...LOOK_ALIKES, GOOD_PASSWORD, '', ' '),
  fc
    .tuple(fc.constantFrom(...names, ...addresses), fc.oneof(trick, loneSurrogate))
    .map(([name, extra]) => `${name.slice(0, 1)}${extra}${name.slice(1)}`),
  fc.constantFrom(
    `javascript:${MARKER}`,
    `https://${MARKER}:${MARKER}@evil.example/`,
    `https://users.example/${MARKER}\r\nSet-Cookie: a=b`,
    'https:\\\\evil.example',
    'https://users.example/a.png',
    `${MARKER}${'x'.repeat(17_000)}`,
    `\${jndi:ldap://${MARKER}}`,
    `'; DROP TABLE users; -- ${MARKER}`,
  ),
);

/** JSON text of a string: escaped as in JavaScript, or every character as \u escape. */
const stringText = maliciousText.chain((text) => {
  const numbered = [...Array(text.length).keys()].map(
    (at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`,
  );
  return fc.constantFrom(JSON.stringify(text), `"${numbered.join('')}"`);
});

const numberText = fc.constantFrom(
  ...['0', '-0', '1', '1.5', '-1', '1e400', '-1e400', '1e-400', '5e-324', '9007199254740991'],
  ...['9007199254740992', '9007199254740993', '1E+2', '0.1e1', '1'.repeat(400), '1e99999999999'],
);
const atomText = fc.oneof(stringText, numberText, fc.constantFrom('true', 'false', 'null'));

const keyText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...fieldNames).map((name) => `"${name}"`) },
  fc.constantFrom(
    ...['"__proto__"', '"\\u005f_proto__"', '"constructor"', '"prototype"', '"toString"', '""'],
    ...['"is\\u005fsuperuser"', '"IS_SUPERUSER"', '"is_superuser "', '"is_superuser\\u0000"'],
    ...['"/is_superuser"', '"metadata.a"', '"0"', '"hasOwnProperty"', '"__defineGetter__"'],
  ),
  stringText,
);

/** JSON text of any value, including objects with duplicate and forged keys. */
const { value: valueText } = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, atomText, tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 4 }).map((parts) => `[${parts.join(',')}]`),
  object: fc
    .array(fc.tuple(keyText, tie('value')), { maxLength: 5 })
    .map((pairs) => `{${pairs.map(([key, value]) => `${key}:${value}`).join(',')}}`),
}));

const nestedText = fc
  .record({ levels: fc.constantFrom(31, 32, 33, 100, 3000, 10_500, 31_000), isList: fc.boolean() })
  .map(({ levels, isList }) =>
    isList
      ? `${'['.repeat(levels)}1${']'.repeat(levels)}`
      : `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`,
  );

/** A valid value for its field, so that some requests are accepted. */
const fittingPair = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('name', 'company', 'job_title'),
      fc.string({ minLength: 1, maxLength: 9 }),
    )
    .map(([field, text]) => `"${field}":${JSON.stringify(text)}`),
  valueText.map((text) => `"metadata":${text}`),
  fc.constantFrom(...names).map((name) => `"username":${JSON.stringify(name)}`),
  fc.constantFrom(...addresses).map((address) => `"email":"${address}"`),
  fc.constantFrom('"email":null', '"is_onboarded":true', `"password":"${GOOD_PASSWORD}"`),
);
const maliciousPair = fc.oneof(
  fc.tuple(keyText, valueText).map(([key, value]) => `${key}:${value}`),
  fc.tuple(keyText, nestedText).map(([key, value]) => `${key}:${value}`),
);
const bodyOf = (pair: fc.Arbitrary<string>) =>
  fc.array(pair, { maxLength: 6 }).map((pairs) => `{${pairs.join(',')}}`);

const bodyText = fc.oneof(
  { weight: 4, arbitrary: bodyOf(fittingPair) },
  { weight: 4, arbitrary: bodyOf(fc.oneof({ weight: 3, arbitrary: fittingPair }, maliciousPair)) },
  { weight: 4, arbitrary: bodyOf(maliciousPair) },
  valueText,
  nestedText,
  fc.string({ unit: 'binary' }),
);

/** Bytes that are not valid text, or in a misleading encoding. */
const damaged = fc
  .tuple(bodyText, fc.constantFrom('cut', 'flip', 'mark', 'overlong', 'utf16', 'pad'), fc.nat())
  .map(([text, damage, at]) => {
    const bytes = Buffer.from(text);
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    if (damage === 'cut') return bytes.subarray(0, place);
    if (damage === 'mark') return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
    if (damage === 'utf16') return Buffer.from(`\ufeff${text}`, 'utf16le');
    if (damage === 'pad') return Buffer.concat([bytes, Buffer.alloc(70_000, 0x20)]);
    const wrong = damage === 'flip' ? [0xff] : [0xc0, 0xaf];
    return Buffer.concat([bytes.subarray(0, place), Buffer.from(wrong), bytes.subarray(place)]);
  });

/** A decompression bomb: 4 MB of zeros in a few thousand bytes. */
const BOMBS = [gzipSync, deflateSync, brotliCompressSync].map((pack) =>
  pack(Buffer.alloc(4_000_000)),
);
const packed = fc.oneof(
  fc.constantFrom(...BOMBS),
  bodyText.map((text) => gzipSync(text)),
);

const TYPES = ['application/json', 'application/merge-patch+json'];
const maliciousType = fc.constantFrom(
  ...['application/json; charset=utf-16', 'application/json;charset=utf-7', 'APPLICATION/JSON'],
  ...['application/json;', ' application/json', 'application/json; a="b;c"', 'application/json\t'],
  ...['application/json, text/plain', 'text/plain', 'application/json-patch+json', '*/*', ''],
  ...['multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'application/jsonp'],
);
const contentType = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TYPES) },
  { weight: 1, arbitrary: maliciousType },
);

const injected = `${MARKER}\r\nSet-Cookie: session=${MARKER}`;
const otherHeader = fc.oneof(
  fc.tuple(
    fc.constantFrom('if-match', 'if-none-match', 'accept', 'traceparent', 'origin', 'x-request-id'),
    fc.constantFrom('*', '"a"', 'W/"a"', '""', '"a', injected, 'null', `"${'a'.repeat(5000)}"`, ''),
  ),
  fc.tuple(
    fc.constantFrom('x-http-method-override', 'x-forwarded-for', 'transfer-encoding', 'expect'),
    fc.constantFrom('GET', '127.0.0.1', 'chunked', '100-continue', injected),
  ),
  fc.tuple(
    fc.constantFrom('__proto__', '__Proto__', 'constructor', 'Constructor'),
    fc.constantFrom(MARKER),
  ),
);
const headersOf = (given: fc.Arbitrary<readonly (readonly [string, string])[]>) =>
  fc
    .tuple(
      fc.option(contentType, { freq: 12 }),
      fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(otherHeader, { maxLength: 3 })),
      given,
    )
    .map(([type, others, own]) => [
      ...(type === null ? [] : [['content-type', type] as const]),
      ...others,
      ...own,
    ]);

const none = fc.constant([]);
const encoding = fc
  .constantFrom('gzip', 'deflate', 'br', 'gzip, gzip', 'identity', 'GZIP', 'x')
  .map((name) => [['content-encoding', name] as const]);

/** Any malicious request. */
export const maliciousRequest: fc.Arbitrary<MaliciousRequest> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      body: bodyText.map((text) => Buffer.from(text)),
      headers: headersOf(none),
      isBase64Encoded: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      body: damaged,
      headers: headersOf(none),
      isBase64Encoded: fc.constant(true),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      body: packed,
      headers: headersOf(encoding),
      isBase64Encoded: fc.constant(true),
    }),
  },
);
