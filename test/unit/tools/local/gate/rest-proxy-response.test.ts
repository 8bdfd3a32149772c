import { describe, expect, it } from 'vitest';
import { proxyResponse } from '../../../../../tools/local/gate/rest-proxy-response.ts';

describe("a function's response", () => {
  it('comes with its status, headers and body', () => {
    const headers = { ETag: '"1"', 'Content-Type': 'application/problem+json', 'X-Count': 3 };

    expect(proxyResponse({ statusCode: 422, headers, body: 'Zoë' })).toEqual({
      status: 422,
      headers: { etag: '"1"', 'content-type': 'application/problem+json', 'x-count': '3' },
      body: Buffer.from('Zoë'),
    });
  });

  it.each(['WWW-Authenticate', 'Server', 'Date', 'User-Agent'])('comes with %s renamed', (name) => {
    const response = proxyResponse({ statusCode: 401, headers: { [name]: 'x' } });

    expect(response?.headers[`x-amzn-remapped-${name.toLowerCase()}`]).toBe('x');
    expect(response?.headers[name.toLowerCase()]).toBeUndefined();
  });

  it.each(['Transfer-Encoding', 'Content-Length', 'Via'])('comes without %s', (name) => {
    const response = proxyResponse({ statusCode: 200, headers: { [name]: 'x' } });

    expect(Object.keys(response?.headers ?? {})).toEqual(['content-type']);
  });

  it('has JSON for its type and no body where it says nothing', () => {
    expect(proxyResponse({ statusCode: 304 })).toEqual({
      status: 304,
      headers: { 'content-type': 'application/json' },
      body: Buffer.alloc(0),
    });
  });

  it('takes lists before single values', () => {
    const response = proxyResponse({
      statusCode: 200,
      headers: { Vary: 'a', 'X-One': '1' },
      multiValueHeaders: { vary: ['b', 'c'] },
    });

    expect(response?.headers).toMatchObject({ vary: ['b', 'c'], 'x-one': '1' });
  });

  it.each([null, 'text', {}, { statusCode: 'ok' }, { statusCode: 200, body: {} }])(
    'is malformed as %j',
    (payload) => {
      expect(proxyResponse(payload)).toBeNull();
    },
  );
});
