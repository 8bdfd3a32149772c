import { describe, expect, it } from 'vitest';
import { parseRestCall } from '../../../../../tools/local/gate/rest-url.ts';
import { aRequest } from '../../../../support/gate-messages.ts';

const CALL = { apiId: 'abc123', stage: 'v1', path: '/users/me', query: '' };

describe('a call of a REST API', () => {
  it.each([
    ['/_aws/execute-api/abc123/v1/users/me', CALL],
    ['/_aws/execute-api/abc123/v1/users/me?a=b&a=c', { ...CALL, query: 'a=b&a=c' }],
    ['/_aws/execute-api/abc123/v1/users%2Fme', { ...CALL, path: '/users%2Fme' }],
    ['/_aws/execute-api/abc123/v1', { ...CALL, path: '/' }],
    ['/_aws/execute-api/abc123/v1/', { ...CALL, path: '/' }],
  ])('is read from the path %s', (url, call) => {
    expect(parseRestCall(aRequest({ url }))).toEqual(call);
  });

  it.each([
    ['/v1/users/me', CALL],
    ['/v1?a=b', { ...CALL, path: '/', query: 'a=b' }],
  ])('is read from the host and the path %s', (url, call) => {
    const headers = { host: 'abc123.execute-api.localhost:4566' };

    expect(parseRestCall(aRequest({ url, headers }))).toEqual(call);
  });

  it.each(['/', '/oauth2/token', '/_aws/execute-api/abc123', '/restapis/abc123/resources'])(
    'is not %s',
    (url) => {
      expect(parseRestCall(aRequest({ url, headers: { host: '127.0.0.1:4566' } }))).toBeNull();
    },
  );
});
