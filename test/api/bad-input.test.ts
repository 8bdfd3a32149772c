/** Invalid bodies: the right problem, no echo of the input, an unchanged account. */
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Answer, aPerson, call, get, patch, recordOf } from '../support/deployed-service.ts';
import { expectProblem } from '../support/problems.ts';

/** Part of every invalid body; must not appear in a response. */
const MARKER = 'kept-to-itself';

const NO_JSON = { status: 422, code: 'invalid_json' };
const NO_OBJECT = { status: 422, code: 'invalid_fields', faults: [' not_an_object'] };
const UNKNOWN_TYPE = { status: 415, code: 'unsupported_media_type' };
const TOO_LARGE = { status: 413, code: 'content_too_large' };
const faults = (...found: string[]) => ({ status: 422, code: 'invalid_fields', faults: found });

const bytes = (text: string) => new TextEncoder().encode(text);
const nested = (levels: number) => `${'['.repeat(levels)}"${MARKER}"${']'.repeat(levels)}`;
const nestedObjects = (levels: number) =>
  `${'{"a":'.repeat(levels)}"${MARKER}"${'}'.repeat(levels)}`;
/** A string of that many bytes as JSON text, quotes included. */
const textOf = (length: number) => `"${MARKER}${'x'.repeat(length - MARKER.length - 2)}"`;
const padded = (length: number) => `{"name":null${' '.repeat(length - 13)}}`;

describe('PATCH /users/me with a bad body', () => {
  let token: string;
  let etag: string | null;
  let subject: string;
  let revision: number;

  beforeAll(async () => {
    ({ token, subject } = await aPerson());
    await patch(token, { name: 'Ada', metadata: { theme: 'dark' } });
    etag = (await get(token)).headers.get('etag');
    ({ revision } = await recordOf(subject));
  });

  const expectUnchanged = async () => {
    expect((await get(token)).headers.get('etag')).toBe(etag);
    expect((await recordOf(subject)).revision).toBe(revision);
  };

  const expectRefused = async (answer: Answer, expected: Parameters<typeof expectProblem>[1]) => {
    expectProblem(answer, expected);
    const said = JSON.stringify([answer.body, ...answer.headers]);
    expect(said).not.toContain(MARKER);
    await expectUnchanged();
  };

  it.each([
    ['an object that does not end', `{"name":"${MARKER}"`],
    ['a string that does not end', `{"name":"${MARKER}`],
    ['two documents', `{"name":"${MARKER}"} {}`],
    ['a trailing comma', `{"name":"${MARKER}",}`],
    ['a comment', `{"name":"${MARKER}"} // changed`],
    ['single quotes', `{'name':'${MARKER}'}`],
    ['NaN', `{"metadata":NaN,"name":"${MARKER}"}`],
    ['a raw control character', `{"name":"${MARKER}\u0000"}`],
    ['a form', `name=${MARKER}`],
    ['an empty text', ''],
    ['white space only', ' \r\n\t'],
    ['a byte order mark', `\ufeff{"name":"${MARKER}"}`],
    ['a __proto__ key', `{"name":"${MARKER}","__proto__":{"is_superuser":true}}`],
    ['an escaped __proto__ key', '{"\\u005f_proto__":{"is_superuser":true}}'],
    ['a nested __proto__ key', `{"metadata":{"a":[{"__proto__":{"a":"${MARKER}"}}]}}`],
    ['a constructor with a prototype', '{"constructor":{"prototype":{"is_superuser":true}}}'],
  ])('responds 422 invalid_json to %s', async (_name, body) => {
    await expectRefused(await patch(token, body), NO_JSON);
  });

  it('responds 422 invalid_json to bytes that are no UTF-8', async () => {
    const body = Buffer.from(`{"name":"${MARKER} caf\xe9"}`, 'latin1');

    const headers = { 'content-type': 'application/json' };

    await expectRefused(await patch(token, body, headers), NO_JSON);
  });

  it('responds 422 invalid_json to a request without a body', async () => {
    const headers = { 'content-type': 'application/json' };

    await expectRefused(await call({ token, method: 'PATCH', headers }), NO_JSON);
  });

  it.each([
    ['an array', `[{"name":"${MARKER}"}]`],
    ['an empty array', '[]'],
    ['a string', `"${MARKER}"`],
    ['a number', '42'],
    ['a number beyond all others', '1e400'],
    ['true', 'true'],
    ['null', 'null'],
  ])('responds 422 to %s, pointing to the whole body', async (_name, body) => {
    await expectRefused(await patch(token, body), NO_OBJECT);
  });

  it.each(['application/json', 'application/merge-patch+json'])(
    'responds 422 to values that no field accepts, as %s',
    async (type) => {
      const cases: [string, string][] = [
        [`{"name":"${MARKER}\\ud800"}`, '/name invalid_text'],
        [`{"company":"\\udc00${MARKER}"}`, '/company invalid_text'],
        [`{"name":"${MARKER}\\u0000"}`, '/name invalid_text'],
        [`{"job_title":"${MARKER}\\n"}`, '/job_title invalid_text'],
        [`{"name":"${'\u{1f600}'.repeat(51)}"}`, '/name text_too_long'],
        ['{"name":1e400}', '/name not_a_string'],
        [`{"name":["${MARKER}"]}`, '/name not_a_string'],
        [`{"name":{"${MARKER}":1}}`, '/name not_a_string'],
        ['{"is_onboarded":1}', '/is_onboarded not_a_boolean'],
        [`{"is_onboarded":"${MARKER}"}`, '/is_onboarded not_a_boolean'],
        [`{"avatar_url":"javascript:${MARKER}"}`, '/avatar_url invalid_url'],
        [`{"avatar_url":"JaVaScRiPt:${MARKER}"}`, '/avatar_url invalid_url'],
        [`{"avatar_url":"data:text/html,${MARKER}"}`, '/avatar_url invalid_url'],
        [`{"avatar_url":"http://users.example/${MARKER}"}`, '/avatar_url invalid_url'],
        [`{"avatar_url":"https://ada:${MARKER}@users.example/"}`, '/avatar_url invalid_url'],
        [`{"avatar_url":"//users.example/${MARKER}"}`, '/avatar_url invalid_url'],
        [`{"username":"${MARKER} of ada"}`, '/username invalid_username'],
        [`{"username":"${'a'.repeat(51)}"}`, '/username invalid_username'],
        [`{"email":"${MARKER}"}`, '/email invalid_email'],
        [`{"password":{"$ne":"${MARKER}"}}`, '/password not_a_string'],
        [`{"password":"Aa1!${MARKER}\\ud800"}`, '/password password_untypable'],
        [`{"password":"Aa1!${MARKER}\\u0000x"}`, '/password password_untypable'],
        [`{"prototype":"${MARKER}"}`, '/prototype unknown_field'],
        [`{"constructor":"${MARKER}"}`, '/constructor unknown_field'],
        [`{"a/b~c":"${MARKER}"}`, '/a~1b~0c unknown_field'],
      ];
      for (const [body, fault] of cases) {
        const answer = await patch(token, body, { 'content-type': type });
        expectProblem(answer, faults(fault));
        expect(JSON.stringify(answer.body), fault).not.toContain(MARKER);
      }
      await expectUnchanged();
    },
  );

  describe('metadata', () => {
    it.each([
      ['17 KiB', textOf(17 * 1024), 'too_large'],
      ['a byte over 16 KiB', textOf(16 * 1024 + 1), 'too_large'],
      ['16 KiB of characters that take more bytes', `"${'é'.repeat(8 * 1024)}"`, 'too_large'],
      ['33 levels of arrays', nested(33), `${'/0'.repeat(32)} too_deep`],
      ['33 levels of objects', nestedObjects(33), `${'/a'.repeat(32)} too_deep`],
      ['1,000 levels', nested(1000), `${'/0'.repeat(32)} too_deep`],
      ['a number beyond all others', '[1e400]', '/0 number_out_of_range'],
      ['a number below all others', '{"a":-1e400}', '/a number_out_of_range'],
      ['2^53', '{"a":9007199254740992}', '/a number_out_of_range'],
      ['a large number that would be rounded', '[12345678901234567890]', '/0 number_out_of_range'],
    ])('of %s is refused', async (_name, metadata, fault) => {
      const answer = await patch(token, `{"metadata":${metadata}}`);

      await expectRefused(answer, faults(`/metadata${fault.startsWith('/') ? '' : ' '}${fault}`));
    });

    it.each([
      ['arrays', nested(30_000), '/0'],
      ['objects', nestedObjects(9_000), '/a'],
    ])('of thousands of levels of %s is refused, whoever gives up first', async (...given) => {
      const [, text, step] = given;
      for (const type of ['application/json', 'application/merge-patch+json']) {
        const body = `{"metadata":${text}}`;
        const answer = await patch(token, body, { 'content-type': type });

        expect(answer.status).toBe(422);
        await expectRefused(
          answer,
          answer.body.code === 'invalid_json'
            ? NO_JSON
            : faults(`/metadata${step.repeat(32)} too_deep`),
        );
      }
    });

    it.each([
      ['16 KiB', textOf(16 * 1024)],
      ['32 levels', nested(32)],
      ['2^53 - 1', '[9007199254740991,-9007199254740991]'],
      ['keys that look like a prototype', '{"prototype":1,"constructor":"x","toString":null}'],
    ])('of %s is kept', async (_name, metadata) => {
      const person = await aPerson();

      const answer = await patch(person.token, `{"metadata":${metadata}}`);

      expect(answer.status).toBe(200);
      expect(JSON.stringify(answer.body.metadata)).toBe(metadata);
    });
  });

  it('rejects excessive depth in unknown fields, too', async () => {
    const answer = await patch(token, `{"other":${nested(1000)}}`);

    await expectRefused(answer, faults(`/other${'/0'.repeat(32)} too_deep`));
  });

  describe('media types', () => {
    it.each([
      'text/plain',
      'text/json',
      'application/json-patch+json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
      'application/json, application/json',
      '*/*',
    ])('responds 415 to %s, with the accepted types', async (type) => {
      const answer = await patch(token, { name: MARKER }, { 'content-type': type });

      await expectRefused(answer, UNKNOWN_TYPE);
      expect(answer.headers.get('accept-patch')).toBe(
        'application/json, application/merge-patch+json',
      );
    });

    it('responds 415 to a body without a content type', async () => {
      const body = bytes(`{"name":"${MARKER}"}`);

      await expectRefused(await call({ token, method: 'PATCH', body }), UNKNOWN_TYPE);
    });

    it('responds 415 to a compressed body', async () => {
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      const body = gzipSync(`{"name":"${MARKER}"}`);

      await expectRefused(await call({ token, method: 'PATCH', body, headers }), UNKNOWN_TYPE);
    });

    it.each(['application/json; charset=utf-8', 'Application/JSON'])('accepts %s', async (type) => {
      expect((await patch(token, {}, { 'content-type': type })).status).toBe(200);
      await expectUnchanged();
    });
  });

  describe('size', () => {
    it('accepts 64 KiB', async () => {
      const person = await aPerson();

      expect((await patch(person.token, padded(64 * 1024))).status).toBe(200);
    });

    it.each([
      ['a byte over 64 KiB', padded(64 * 1024 + 1)],
      ['65 KiB', `{"name":${textOf(65 * 1024)}}`],
      ['64 KiB of characters that take more bytes', `{"name":"${'é'.repeat(33 * 1024)}"}`],
      // Lambda takes events of 6 MB; over 10 MB the gateway itself responds (gateway.test.ts).
      ['5 MB', `{"name":${textOf(5_000_000)}}`],
    ])('responds 413 to %s', async (_name, body) => {
      await expectRefused(await patch(token, body), TOO_LARGE);
    });

    it('responds 413 before it parses the body', async () => {
      await expectRefused(await patch(token, nested(33_000)), TOO_LARGE);
    });
  });
});
