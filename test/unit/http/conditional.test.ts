import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import { ProblemError } from '../../../lib/account/errors.ts';
import { withChanges } from '../../../lib/account/record-change.ts';
import { accountResponse } from '../../../lib/http/api-handler.ts';
import {
  entityTag,
  evaluatePreconditions,
  parseConditions,
} from '../../../lib/http/conditional.ts';
import { aRecord, NOW } from '../../support/builders.ts';

const strong = (tag: string) => ({ tag, weak: false });
const weak = (tag: string) => ({ tag, weak: true });
const httpDate = (epochSeconds: number) => new Date(epochSeconds * 1000).toUTCString();
const NO_CONDITION = {
  ifMatch: null,
  ifNoneMatch: null,
  ifModifiedSince: null,
  ifUnmodifiedSince: null,
};

describe('entityTag', () => {
  it('is a strong tag of id and version', () => {
    const id = '0f6d3b0a-2f5d-4d8e-8a55-0a3d6c1b9e42';

    expect(entityTag(aRecord({ id }, { version: 7 }))).toBe(`"${id}.7"`);
  });

  it('differs between two accounts that hold the same', () => {
    expect(entityTag(aRecord({ name: 'Ada' }))).not.toBe(entityTag(aRecord({ name: 'Ada' })));
  });

  it('stays the same over a write that callers cannot see', () => {
    const record = aRecord();

    const written = { ...record, revision: record.revision + 1 };

    expect(entityTag(written)).toBe(entityTag(record));
  });

  it('can be sent back as a condition', () => {
    const tag = entityTag(aRecord());

    expect(parseConditions({ 'if-match': tag }).ifMatch).toEqual([strong(tag)]);
  });
});

describe('parseConditions', () => {
  it('finds no condition where no header was sent', () => {
    expect(parseConditions({ accept: '*/*' })).toEqual(NO_CONDITION);
  });

  it('keeps the headers apart', () => {
    const headers = {
      'if-match': '"a"',
      'if-none-match': '*',
      'if-modified-since': httpDate(NOW),
      'if-unmodified-since': httpDate(NOW + 1),
    };

    expect(parseConditions(headers)).toEqual({
      ifMatch: [strong('"a"')],
      ifNoneMatch: '*',
      ifModifiedSince: NOW,
      ifUnmodifiedSince: NOW + 1,
    });
  });

  // RFC 9110 section 5.6.7: a recipient MUST accept all three formats.
  it.each([
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
  ])('reads the date %s', (value) => {
    const headers = { 'if-modified-since': value, 'if-unmodified-since': ` ${value} ` };
    const seconds = 784_111_777;

    expect(parseConditions(headers)).toEqual({
      ...NO_CONDITION,
      ifModifiedSince: seconds,
      ifUnmodifiedSince: seconds,
    });
  });

  // RFC 9110 sections 13.1.3 and 13.1.4: a recipient MUST ignore what is no valid date.
  it.each([
    '',
    'yesterday',
    '784111777',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 25:49:37 GMT',
    'Sun, 99 Nov 1994 08:49:37 GMT',
    'sun, 06 nov 1994 08:49:37 gmt',
    '*',
  ])('ignores %j, which is no date', (value) => {
    const headers = { 'if-modified-since': value, 'if-unmodified-since': value };

    expect(parseConditions(headers)).toEqual(NO_CONDITION);
  });

  it.each([
    { form: 'any', value: '*', condition: '*' },
    { form: 'any, with spaces', value: '  *\t', condition: '*' },
    { form: 'one tag', value: '"a"', condition: [strong('"a"')] },
    { form: 'a weak tag', value: 'W/"a"', condition: [weak('"a"')] },
    { form: 'an empty tag', value: '""', condition: [strong('""')] },
    { form: 'a list', value: '"a", "b"', condition: [strong('"a"'), strong('"b"')] },
    { form: 'a list without spaces', value: '"a","b"', condition: [strong('"a"'), strong('"b"')] },
    { form: 'a list with tabs', value: '"a"\t,\t"b"', condition: [strong('"a"'), strong('"b"')] },
    { form: 'a mixed list', value: '"a", W/"b"', condition: [strong('"a"'), weak('"b"')] },
    { form: 'commas inside', value: '"a,b", "c"', condition: [strong('"a,b"'), strong('"c"')] },
    { form: 'a weak mark inside', value: '"W/", "b"', condition: [strong('"W/"'), strong('"b"')] },
    { form: 'a star inside', value: '"*"', condition: [strong('"*"')] },
    { form: 'a backslash, no escape', value: '"a\\"', condition: [strong('"a\\"')] },
    { form: 'obsolete text', value: '"\xe9"', condition: [strong('"\xe9"')] },
  ])('reads $form', ({ value, condition }) => {
    expect(parseConditions({ 'if-match': value }).ifMatch).toEqual(condition);
    expect(parseConditions({ 'if-none-match': value }).ifNoneMatch).toEqual(condition);
  });

  // RFC 9110 section 5.6.1.2: a recipient MUST parse and ignore empty list elements.
  it.each([
    { place: 'at the end', value: '"a", "b",' },
    { place: 'at the beginning', value: ', "a", "b"' },
    { place: 'in between', value: '"a", , ,"b"' },
  ])('ignores empty elements of a list $place', ({ value }) => {
    const { ifMatch } = parseConditions({ 'if-match': value });

    expect(ifMatch).toEqual([strong('"a"'), strong('"b"')]);
  });

  it.each([
    { form: 'an empty header', value: '' },
    { form: 'spaces alone', value: '   ' },
    { form: 'a comma alone', value: ',' },
    { form: 'commas and spaces alone', value: ', ,' },
    { form: 'a tag without quotes', value: 'a' },
    { form: 'single quotes', value: "'a'" },
    { form: 'a tag that does not end', value: '"a' },
    { form: 'a tag that does not begin', value: 'a"' },
    { form: 'a weak mark in lower case', value: 'w/"a"' },
    { form: 'a weak mark set apart', value: 'W/ "a"' },
    { form: 'a weak mark alone', value: 'W/' },
    { form: 'a weak mark without its slash', value: 'W"a"' },
    { form: 'two tags without a comma', value: '"a" "b"' },
    { form: 'two tags side by side', value: '"a""b"' },
    { form: 'text beside a tag', value: '"a"b' },
    { form: 'another separator', value: '"a"; "b"' },
    { form: 'a space inside a tag', value: '"a b"' },
    { form: 'a control character inside a tag', value: '"a\x7f"' },
    { form: 'a line break inside a tag', value: '"a\n"' },
    { form: 'a character beyond a byte', value: '"\u20ac"' },
    { form: 'any before a tag', value: '*, "a"' },
    { form: 'any after a tag', value: '"a", *' },
    { form: 'any twice', value: '**' },
    { form: 'any of two headers', value: '*, *' },
    { form: 'a weak any', value: 'W/*' },
  ])('refuses $form', ({ value }) => {
    const expected = new ProblemError('invalid_precondition');

    expect(() => parseConditions({ 'if-match': value })).toThrow(expected);
    expect(() => parseConditions({ 'if-none-match': value })).toThrow(expected);
  });

  it('reads back every list of tags that can be written', () => {
    fc.assert(
      fc.property(fc.array(entityTags(), { minLength: 1 }), separators(), (tags, separator) => {
        const value = tags.map(({ tag, weak: isWeak }) => (isWeak ? `W/${tag}` : tag));

        const { ifMatch } = parseConditions({ 'if-match': value.join(separator) });

        expect(ifMatch).toEqual(tags);
      }),
    );
  });

  it('answers a hostile header at once', () => {
    // In quadratic time this would take far longer than a test may.
    const hostile = `"a"${' ,'.repeat(500_000)}x`;

    expect(() => parseConditions({ 'if-match': hostile })).toThrow(ProblemError);
  });
});

describe('evaluatePreconditions', () => {
  const id = '0f6d3b0a-2f5d-4d8e-8a55-0a3d6c1b9e42';
  const current = aRecord({ id }, { version: 7, updatedAt: NOW - 60 });
  const tag = entityTag(current);
  const [before, at, after] = [NOW - 61, NOW - 60, NOW - 59].map(httpDate);

  it.each([
    { header: 'no condition', headers: {}, get: 'proceed', patch: 'proceed' },
    {
      header: 'If-Match: *',
      headers: { 'if-match': '*' },
      get: 'proceed',
      patch: 'proceed',
    },
    {
      header: 'If-Match of the current tag',
      headers: { 'if-match': tag },
      get: 'proceed',
      patch: 'proceed',
    },
    {
      header: 'If-Match with the current tag in its list',
      headers: { 'if-match': `"then", ${tag}` },
      get: 'proceed',
      patch: 'proceed',
    },
    {
      header: 'If-Match of another tag',
      headers: { 'if-match': '"then"' },
      get: 'failed',
      patch: 'failed',
    },
    {
      header: 'If-Match of another letter case',
      headers: { 'if-match': tag.toUpperCase() },
      get: 'failed',
      patch: 'failed',
    },
    {
      header: 'If-Match of the current tag, weak',
      headers: { 'if-match': `W/${tag}` },
      get: 'failed',
      patch: 'failed',
    },
    {
      header: 'If-Match weak and strong of the current tag',
      headers: { 'if-match': `W/${tag}, ${tag}` },
      get: 'proceed',
      patch: 'proceed',
    },
    {
      header: 'If-None-Match: *',
      headers: { 'if-none-match': '*' },
      get: 'not_modified',
      patch: 'failed',
    },
    {
      header: 'If-None-Match of the current tag',
      headers: { 'if-none-match': tag },
      get: 'not_modified',
      patch: 'failed',
    },
    {
      header: 'If-None-Match of the current tag, weak',
      headers: { 'if-none-match': `W/${tag}` },
      get: 'not_modified',
      patch: 'failed',
    },
    {
      header: 'If-None-Match of another tag',
      headers: { 'if-none-match': '"then"' },
      get: 'proceed',
      patch: 'proceed',
    },
    {
      header: 'If-Match that fails before If-None-Match that holds',
      headers: { 'if-match': '"then"', 'if-none-match': tag },
      get: 'failed',
      patch: 'failed',
    },
    {
      header: 'If-Match that holds before If-None-Match of the current tag',
      headers: { 'if-match': tag, 'if-none-match': tag },
      get: 'not_modified',
      patch: 'failed',
    },
    ...[after, at].map((date) => ({
      header: `If-Unmodified-Since that holds, ${date}`,
      headers: { 'if-unmodified-since': date },
      get: 'proceed',
      patch: 'proceed',
    })),
    {
      header: 'If-Unmodified-Since of before the change',
      headers: { 'if-unmodified-since': before },
      get: 'failed',
      patch: 'failed',
    },
    {
      header: 'If-Match that holds beside an If-Unmodified-Since that does not',
      headers: { 'if-match': tag, 'if-unmodified-since': before },
      get: 'proceed',
      patch: 'proceed',
    },
    {
      header: 'If-Match that fails beside an If-Unmodified-Since that holds',
      headers: { 'if-match': '"then"', 'if-unmodified-since': after },
      get: 'failed',
      patch: 'failed',
    },
    {
      header: 'If-Unmodified-Since that fails before If-None-Match of the current tag',
      headers: { 'if-unmodified-since': before, 'if-none-match': tag },
      get: 'failed',
      patch: 'failed',
    },
    {
      header: 'If-Unmodified-Since that holds before If-None-Match of the current tag',
      headers: { 'if-unmodified-since': at, 'if-none-match': tag },
      get: 'not_modified',
      patch: 'failed',
    },
    ...[after, at].map((date) => ({
      header: `If-Modified-Since of an account that was not, ${date}`,
      headers: { 'if-modified-since': date },
      get: 'not_modified',
      patch: 'proceed',
    })),
    {
      header: 'If-Modified-Since of before the change',
      headers: { 'if-modified-since': before },
      get: 'proceed',
      patch: 'proceed',
    },
    {
      header: 'If-Modified-Since of a time to come',
      headers: { 'if-modified-since': httpDate(NOW + 1) },
      get: 'proceed',
      patch: 'proceed',
    },
    {
      header: 'If-None-Match of another tag beside an If-Modified-Since that would be 304',
      headers: { 'if-none-match': '"then"', 'if-modified-since': after },
      get: 'proceed',
      patch: 'proceed',
    },
    {
      header: 'If-None-Match of the current tag beside an If-Modified-Since of before',
      headers: { 'if-none-match': tag, 'if-modified-since': before },
      get: 'not_modified',
      patch: 'failed',
    },
  ])('answers $header with $get to GET and $patch to PATCH', ({ headers, get, patch }) => {
    const conditions = parseConditions(headers as Record<string, string>);

    expect(evaluatePreconditions(conditions, current, 'GET', NOW)).toBe(get);
    expect(evaluatePreconditions(conditions, current, 'PATCH', NOW)).toBe(patch);
  });

  // RFC 9110 sections 13.1.3 and 13.1.4.
  it.each(['if-modified-since', 'if-unmodified-since'])(
    'ignores %s while it is not known when the account changed',
    (name) => {
      const conditions = parseConditions({ [name]: httpDate(NOW) });
      const unknown = { ...current, updatedAt: null };

      expect(evaluatePreconditions(conditions, unknown, 'GET', NOW)).toBe('proceed');
      expect(evaluatePreconditions(conditions, unknown, 'PATCH', NOW)).toBe('proceed');
    },
  );

  it('hides no change behind a date, however many come within one second', () => {
    const dates = (record: AccountRecord, now: number) =>
      parseConditions({ 'if-modified-since': lastModifiedOf(record, now) });
    let record = aRecord({}, { updatedAt: NOW });
    const read: { record: AccountRecord; now: number }[] = [];
    for (const now of [NOW, NOW, NOW, NOW + 1, NOW + 1]) {
      read.push({ record, now });
      record = withChanges(record, { name: `name-${record.version}` }, now);
      for (const old of read) {
        const outcome = evaluatePreconditions(dates(old.record, old.now), record, 'GET', NOW + 9);
        expect(outcome, `version ${old.record.version}`).toBe('proceed');
      }
    }
    expect(evaluatePreconditions(dates(record, NOW + 9), record, 'GET', NOW + 9)).toBe(
      'not_modified',
    );
  });
});

/** etagc of RFC 9110 section 8.8.3: visible characters but the quote, and obsolete text. */
function entityTags() {
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index));
  const unit = fc.constantFrom('\x21', ...range(0x23, 0x7e), ...range(0x80, 0xff));
  return fc.record({
    tag: fc.string({ unit }).map((text) => `"${text}"`),
    weak: fc.boolean(),
  });
}

function separators() {
  const space = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 3 });
  return fc.tuple(space, space).map(([before, after]) => `${before},${after}`);
}

function lastModifiedOf(record: AccountRecord, nowSeconds: number): string {
  return String(accountResponse(record, nowSeconds).headers?.['Last-Modified']);
}
