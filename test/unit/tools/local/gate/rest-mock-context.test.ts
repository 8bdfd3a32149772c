import { describe, expect, it } from 'vitest';
import { fillInRequestId } from '../../../../../tools/local/gate/rest-mock-context.ts';
import { aRequest, aResponse, recordingForward } from '../../../../support/gate-messages.ts';

const answer = (headers: Record<string, string>, body: string, url?: string) => {
  const { forward } = recordingForward([[/./, aResponse({ headers, body })]]);
  return fillInRequestId(aRequest(url === undefined ? {} : { url }), forward);
};

const OWN = { 'x-amzn-requestid': 'r-1', 'x-request-id': 'context.requestId', allow: 'GET' };

describe('a response of a mock integration', () => {
  it('has the request id in its headers and body', async () => {
    const { headers, body } = await answer(OWN, '{"request_id":"$context.requestId"}');

    expect(headers).toEqual({ ...OWN, 'x-request-id': 'r-1' });
    expect(String(body)).toBe('{"request_id":"r-1"}');
  });

  it('is one of a REST API', async () => {
    const text = '{"name":"$context.requestId"}';

    expect(String((await answer(OWN, text, '/bucket/key')).body)).toBe(text);
  });
});
