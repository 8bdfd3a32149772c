/** Probes of what the gate adds to REST APIs. */
import type { Probes } from './probes.ts';
import { deployProbeApi, type ProbeApi } from './rest-probe-api.ts';
import { MAX_REQUEST_BYTES } from './rest-request-size.ts';

const deployed = new Map<string, Promise<ProbeApi>>();

/** Calls the probe API of an emulator, deployed at the first call. */
async function call(endpoint: string, path: string, init: RequestInit = {}): Promise<Response> {
  const ready = deployed.get(endpoint) ?? deployProbeApi(endpoint);
  deployed.set(endpoint, ready);
  const { url, token } = await ready;
  return fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` }, ...init });
}

export const REST_PROBES: Probes = {
  'rest-request-size': {
    'refuses more than 10 MB': async (endpoint) => {
      const body = Buffer.alloc(MAX_REQUEST_BYTES + 1);
      return (await call(endpoint, '/echo', { method: 'POST', body })).status !== 413;
    },
  },
  'rest-unknown-path': {
    'takes a bearer token of an unknown path for a signature': async (endpoint) => {
      const { headers } = await call(endpoint, '/unknown');
      return headers.get('x-amzn-errortype') !== 'IncompleteSignatureException';
    },
  },
  'rest-mock-context': {
    'puts the request id into the response of a mock': async (endpoint) =>
      (await (await call(endpoint, '/mock')).text()).includes('$context.requestId'),
  },
  'rest-lambda-proxy': {
    'renames WWW-Authenticate of a function': async (endpoint) =>
      (await call(endpoint, '/echo')).headers.has('www-authenticate'),
    'hands exp to a function as a date': async (endpoint) => {
      const event = JSON.parse(await (await call(endpoint, '/echo')).text());
      return !/ UTC \d{4}$/.test(event.requestContext.authorizer.claims.exp);
    },
    'answers INTEGRATION_FAILURE where a function returns no response': async (endpoint) =>
      (await (await call(endpoint, '/echo?malformed=yes')).text()) !==
      '{"message":"Internal server error"}',
  },
};
