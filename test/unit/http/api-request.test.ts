import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../lib/account/errors.ts';
import { decodeBody, parseApiRequest, patchMode, prefers } from '../../../lib/http/api-request.ts';
import { anApiEvent, type GivenEvent, REQUEST_ID } from '../../support/api-event.ts';

const parse = (given: GivenEvent = {}) => parseApiRequest(anApiEvent(given));

describe('parseApiRequest', () => {
  it('takes the parts of a gateway event that the service reads', () => {
    const request = parse({ claims: { sub: 'x' }, body: '{}', isBase64Encoded: true });

    expect(request).toMatchObject({
      requestId: REQUEST_ID,
      extendedRequestId: 'Jx3kQF0VliAEr9Q=',
      traceId: null,
      claims: { sub: 'x' },
      body: '{}',
      isBase64Encoded: true,
    });
  });

  it('has no claims where no authorizer was asked', () => {
    expect(parse({ claims: null }).claims).toBeUndefined();
  });

  it('has no claims where another kind of authorizer was asked', () => {
    const event = anApiEvent();
    const requestContext = { ...event.requestContext, authorizer: { principalId: 'ada' } };

    expect(parseApiRequest({ ...event, requestContext }).claims).toBeUndefined();
  });

  it('reads null headers, as a test call from the console has them', () => {
    const event = { ...anApiEvent(), headers: null, multiValueHeaders: null };

    expect(parseApiRequest(event).headers).toEqual({});
  });

  it.each([{ spelling: 'If-Match' }, { spelling: 'if-match' }, { spelling: 'IF-MATCH' }])(
    'finds a header sent as $spelling',
    ({ spelling }) => {
      expect(parse({ headers: { [spelling]: '"a"' } }).headers['if-match']).toBe('"a"');
    },
  );

  it('joins headers that were sent several times', () => {
    const headers = { 'If-Match': ['"a"', '"b"'] };

    expect(parse({ headers }).headers['if-match']).toBe('"a", "b"');
  });

  it('joins headers of one name in several spellings', () => {
    const headers = { 'If-Match': '"a"', 'if-match': '"b"' };

    expect(parse({ headers }).headers['if-match']).toBe('"a", "b"');
  });

  it('makes do with single values where an event has no lists', () => {
    const { multiValueHeaders: _left, ...event } = anApiEvent({ headers: { 'If-Match': '"a"' } });

    expect(parseApiRequest(event).headers['if-match']).toBe('"a"');
  });

  it('takes a body for text where an event does not say', () => {
    const { isBase64Encoded: _left, ...event } = anApiEvent({ body: '{}' });

    expect(parseApiRequest(event).isBase64Encoded).toBe(false);
  });

  it.each([{ name: 'Constructor' }, { name: '__Proto__' }, { name: 'ToString' }])(
    'takes $name for a header like any other',
    ({ name }) => {
      const { headers } = parse({ headers: { [name]: 'a' } });

      expect(Object.entries(headers)).toContainEqual([name.toLowerCase(), 'a']);
    },
  );

  it('skips headers without a value', () => {
    const event = { ...anApiEvent(), headers: { a: null, b: '1' }, multiValueHeaders: { c: null } };

    expect(parseApiRequest(event).headers).toEqual({ b: '1' });
  });

  const sentFrom = (sourceIp: unknown) => {
    const event = anApiEvent();
    const requestContext = { ...event.requestContext, identity: { sourceIp } };
    return parseApiRequest({ ...event, requestContext }).sourceAddress;
  };

  it.each(['203.0.113.7', '2001:db8::7'])('takes %s for the source address', (sourceIp) => {
    expect(sentFrom(sourceIp)).toBe(sourceIp);
  });

  it.each(['', 'GET', '203.0.113.7, 203.0.113.8', '203.0.113.7\n', null])(
    'has no source address where %j stands for it',
    (sourceIp) => {
      expect(sentFrom(sourceIp)).toBeNull();
    },
  );

  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

  it('takes the trace a traceparent names', () => {
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` };

    expect(parse({ headers }).traceId).toBe(trace);
  });

  it.each(['01', 'cc'])('continues a traceparent of the later version %s', (version) => {
    const traceparent = `${version}-${trace}-00f067aa0ba902b7-01`;

    expect(parse({ headers: { traceparent } }).traceId).toBe(trace);
    expect(parse({ headers: { traceparent: `${traceparent}-more` } }).traceId).toBe(trace);
  });

  it.each([
    { form: 'one list', tracestate: 'vendor=1,other=2' },
    { form: 'several headers', tracestate: ['vendor=1', 'other=2'] },
    { form: 'malformed', tracestate: '\u0000,,=;' },
    { form: 'longer than it may be', tracestate: 'vendor='.padEnd(5000, 'x') },
  ])('continues a traceparent whose tracestate is $form', ({ tracestate }) => {
    const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01`, tracestate, baggage: 'a=1' };

    expect(parse({ headers }).traceId).toBe(trace);
  });

  // W3C Trace Context section 3.2.2.
  it.each([
    { form: 'empty', traceparent: '' },
    { form: 'without its version', traceparent: `${trace}-00f067aa0ba902b7-01` },
    { form: 'of a forbidden version', traceparent: `ff-${trace}-00f067aa0ba902b7-01` },
    { form: 'in upper case', traceparent: `00-${trace.toUpperCase()}-00f067aa0ba902b7-01` },
    { form: 'too long', traceparent: `00-${trace}0-00f067aa0ba902b7-01` },
    { form: 'followed by more', traceparent: `00-${trace}-00f067aa0ba902b7-01-x` },
    { form: 'of a later version and cut', traceparent: `01-${trace}-00f067aa0ba902b7` },
    {
      form: 'of a later version, with more that is not parted',
      traceparent: `01-${trace}-00f067aa0ba902b7-01x`,
    },
    { form: 'of the trace of zeros', traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` },
    { form: 'of the parent of zeros', traceparent: `00-${trace}-${'0'.repeat(16)}-01` },
    { form: 'free text', traceparent: 'hello, log' },
  ])('ignores a traceparent that is $form', ({ traceparent }) => {
    expect(parse({ headers: { traceparent } }).traceId).toBeNull();
  });

  it('ignores a traceparent sent twice', () => {
    const one = `00-${trace}-00f067aa0ba902b7-01`;

    expect(parse({ headers: { traceparent: [one, one] } }).traceId).toBeNull();
  });

  it.each([
    { what: 'nothing', event: undefined },
    { what: 'null', event: null },
    { what: 'an event of a queue', event: { Records: [] } },
    { what: 'an event without request id', event: { ...anApiEvent(), requestContext: {} } },
  ])('refuses $what', ({ event }) => {
    expect(() => parseApiRequest(event)).toThrow();
  });
});

describe('prefers', () => {
  const TYPE = 'application/vnd.current-user.capabilities+json';

  it.each([
    TYPE,
    TYPE.toUpperCase(),
    `${TYPE};q=0.5`,
    `${TYPE}; q=0.001, */*;q=0`,
    `${TYPE}, application/json`,
    `application/json;q=0.9, ${TYPE}`,
    `text/plain;x="a, b", ${TYPE}`,
    `*/*, ${TYPE}`,
    `application/*;q=0.5, ${TYPE}`,
    ` , ${TYPE} ,`,
    ['text/html', TYPE],
  ])('is true for %j', async (accept) => {
    expect(await prefers(parse({ headers: { Accept: accept } }), TYPE)).toBe(true);
  });

  // RFC 9110 sections 12.4.2 and 5.6.4, and what nobody knows.
  it.each([
    `${TYPE};q=0`,
    `${TYPE};q=0.000, */*`,
    `text/plain;x="${TYPE}"`,
    `text/plain;x="a, ${TYPE}, b"`,
    `text/plain;x="\\", ${TYPE}"`,
    `${TYPE}x`,
    `x${TYPE}`,
    `${TYPE};version=2`,
    `application/json, ${TYPE};q=0.9`,
    `application/json, ${TYPE}`,
    'application/json',
    'application/*',
    '*/*',
    'text/html, image/avif;q=0.9',
    'application/xml',
    'nonsense',
    ',,;;"',
    '',
  ])('is false for %j', async (accept) => {
    expect(await prefers(parse({ headers: { Accept: accept } }), TYPE)).toBe(false);
  });

  it('is one or the other for whatever is sent', async () => {
    const unit = fc.oneof(fc.string(), fc.constantFrom(TYPE, ',', ';', '=', '"', '\\', 'q', '*/*'));
    const parameter = fc.constantFrom(
      '__proto__=x',
      'constructor=x',
      'q=NaN',
      'q=-1',
      'q=2',
      'x="',
    );
    const accept = fc.tuple(fc.array(unit), parameter, fc.array(unit));
    await fc.assert(
      fc.asyncProperty(accept, async ([before, between, after]) => {
        const text = `${before.join('')}${TYPE};${between}${after.join('')}`;
        expect(await prefers(parse({ headers: { Accept: text } }), TYPE)).toBeTypeOf('boolean');
      }),
    );
  });

  it('is false without Accept', async () => {
    expect(await prefers(parse(), TYPE)).toBe(false);
  });
});

describe('patchMode', () => {
  const modeOf = (headers: Record<string, string>) => patchMode(parse({ headers }));

  it.each([
    { type: 'application/json', mode: 'replace' },
    { type: 'application/json; charset=utf-8', mode: 'replace' },
    { type: 'application/json;charset=UTF-8', mode: 'replace' },
    { type: 'Application/JSON', mode: 'replace' },
    { type: ' application/json ', mode: 'replace' },
    { type: 'application/merge-patch+json', mode: 'merge' },
    { type: 'application/merge-patch+json; charset=utf-8', mode: 'merge' },
  ])('reads $type as $mode', ({ type, mode }) => {
    expect(modeOf({ 'Content-Type': type })).toBe(mode);
  });

  it('accepts a body that says it is not coded', () => {
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'identity' };

    expect(modeOf(headers)).toBe('replace');
  });

  it.each([
    { what: 'no type', headers: {} },
    { what: 'an empty type', headers: { 'Content-Type': '' } },
    { what: 'text', headers: { 'Content-Type': 'text/plain' } },
    { what: 'a form', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
    { what: 'JSON patch', headers: { 'Content-Type': 'application/json-patch+json' } },
    { what: 'another JSON', headers: { 'Content-Type': 'application/vnd.api+json' } },
    { what: 'JSON of text', headers: { 'Content-Type': 'text/json' } },
    { what: 'a type with more behind', headers: { 'Content-Type': 'application/jsonx' } },
    {
      what: 'a gzipped body',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
    },
  ])('refuses $what', ({ headers }) => {
    expect(() => modeOf(headers)).toThrow(new ProblemError('unsupported_media_type'));
  });
});

describe('decodeBody', () => {
  const MOST = 64 * 1024;
  const check = (body: string, isBase64Encoded = false) =>
    decodeBody(parse({ body, isBase64Encoded }));
  const tooLarge = new ProblemError('content_too_large');

  it('lets a request without a body pass', () => {
    expect(() => decodeBody(parse({ body: null }))).not.toThrow();
  });

  it.each([
    { what: 'as text', encode: (text: string) => ({ text, coded: false }) },
    {
      what: 'in base64',
      encode: (text: string) => ({ text: Buffer.from(text).toString('base64'), coded: true }),
    },
  ])('takes 64 KiB $what and not a byte more', ({ encode }) => {
    const most = encode('x'.repeat(MOST));
    const more = encode('x'.repeat(MOST + 1));

    expect(() => check(most.text, most.coded)).not.toThrow();
    expect(() => check(more.text, more.coded)).toThrow(tooLarge);
  });

  it('counts bytes, not characters', () => {
    expect(() => check('\u20ac'.repeat(MOST / 2))).toThrow(tooLarge);
  });
});
