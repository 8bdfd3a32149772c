/** The user pool's endpoints beside its API: requests read, responses made. */
import type { Json } from './cognito-api.ts';
import type { GateRequest, GateResponse } from './gate.ts';

/** Path of a request, without its query. Taken as sent: a client may send what is no valid URL. */
export const pathOf = ({ url }: GateRequest): string => url.split('?', 1)[0] ?? '';

/** Query of a request. */
export const queryOf = (request: GateRequest): URLSearchParams =>
  new URLSearchParams(request.url.slice(pathOf(request).length));

/** Fields of a posted form; empty if there is none. */
export const formOf = ({ body }: GateRequest): URLSearchParams =>
  new URLSearchParams(body.toString());

/** The same request with another form. */
export const withForm = (request: GateRequest, form: URLSearchParams): GateRequest => ({
  ...request,
  body: Buffer.from(form.toString()),
});

/** The same response with another JSON body. */
export const withBody = (response: GateResponse, body: Json): GateResponse => ({
  ...response,
  body: Buffer.from(JSON.stringify(body)),
});

/** An error of the token endpoint (RFC 6749 section 5.2). */
export const oauthError = (error: string): GateResponse => ({
  status: 400,
  headers: {
    'content-type': 'application/json;charset=UTF-8',
    'cache-control': 'no-store',
    'access-control-allow-origin': '*',
  },
  body: Buffer.from(JSON.stringify({ error })),
});
