/** The response headers as the OpenAPI document shows them. */
import { EMAIL_CHANGE_HEADER } from '../../lib/contract.ts';
import type { Schema } from './openapi-field-texts.ts';

/** Header objects of the document, by name. */
export const HEADERS: Record<string, Schema> = {
  ETag: {
    description: 'Strong entity tag of the account at its version.',
    schema: { type: 'string' },
  },
  'Last-Modified': {
    description:
      'When the account last changed, as a weak validator (RFC 9110 section 8.8.2.2); absent where that was before this was noted, and with capabilities.',
    schema: { type: 'string' },
  },
  [EMAIL_CHANGE_HEADER]: {
    description:
      'Present while a new e-mail waits to be proven: since when its code was asked for, as a structured field (RFC 9651).',
    schema: { type: 'string', pattern: '^pending;since=@[0-9]+$' },
    example: 'pending;since=@1767225600',
  },
  'X-Request-Id': {
    description: 'Names the request in logs and problems.',
    schema: { type: 'string' },
  },
  'WWW-Authenticate': {
    description:
      'The challenge of RFC 6750 or RFC 9470. On responses of the functions a REST API sends it as `x-amzn-Remapped-WWW-Authenticate`; `max_age` and `scope` stand in the body as well.',
    schema: { type: 'string' },
  },
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'string' } },
  RateLimit: {
    description:
      'With `too_many_attempts`: the limit that was reached, and the seconds until it ends, as a structured field (draft-ietf-httpapi-ratelimit-headers-10).',
    schema: { type: 'string' },
    example: '"refused-names";r=0;t=1800',
  },
  'RateLimit-Policy': {
    description: 'With `too_many_attempts`: how many attempts within how many seconds.',
    schema: { type: 'string' },
    example: '"refused-names";q=10;w=3600',
  },
  'Accept-Patch': { description: 'The media types a PATCH takes.', schema: { type: 'string' } },
};

/** Headers of problems besides the request id, by status. */
export const STATUS_HEADERS: Record<number, string[]> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  412: ['ETag'],
  415: ['Accept-Patch'],
  429: ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  503: ['Retry-After'],
};

/** References to the request id's header and those of these names. */
export const headers = (...names: string[]) =>
  Object.fromEntries(
    ['X-Request-Id', ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
