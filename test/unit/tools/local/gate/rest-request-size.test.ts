import { describe, expect, it } from 'vitest';
import {
  limitRequestSize,
  MAX_REQUEST_BYTES,
} from '../../../../../tools/local/gate/rest-request-size.ts';
import { aRequest, aResponse, recordingForward } from '../../../../support/gate-messages.ts';

describe('a request larger than API Gateway takes', () => {
  const answer = (length: number, url?: string) => {
    const { forward } = recordingForward([[/./, aResponse({ body: 'passed' })]]);
    const body = 'x'.repeat(length);
    return limitRequestSize(aRequest({ body, ...(url === undefined ? {} : { url }) }), forward);
  };

  it('gets 413 with the body of AWS, without CORS headers', async () => {
    const { status, headers, body } = await answer(MAX_REQUEST_BYTES + 1);

    expect(status).toBe(413);
    expect(String(body)).toBe('{"message":"Request Too Long"}');
    expect(Object.keys(headers)).toEqual(['content-type', 'x-amzn-errortype']);
  });

  it('is one of more than 10 MB', async () => {
    expect(String((await answer(MAX_REQUEST_BYTES)).body)).toBe('passed');
  });

  it('is passed on to other services', async () => {
    expect(String((await answer(MAX_REQUEST_BYTES + 1, '/bucket/key')).body)).toBe('passed');
  });
});
