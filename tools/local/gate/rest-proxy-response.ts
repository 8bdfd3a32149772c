/**
 * What a client gets of a function's response: some headers under another name, some not at all.
 *
 * Source: Amazon API Gateway developer guide, "Lambda proxy integrations in API Gateway" (output
 * format) and "Amazon API Gateway important notes" (headers remapped or dropped in responses).
 */
import * as v from 'valibot';
import type { GateResponse } from './gate.ts';

/** Sent as `x-amzn-Remapped-<name>`. */
const REMAPPED = [
  'authorization',
  'connection',
  'content-md5',
  'date',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
];
const DROPPED = [
  'content-length',
  'expect',
  'host',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
];

const ValueSchema = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));
const ProxyResponseSchema = v.object({
  statusCode: v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599)),
  headers: v.nullish(v.record(v.string(), ValueSchema)),
  multiValueHeaders: v.nullish(v.record(v.string(), v.array(ValueSchema))),
  body: v.nullish(v.string()),
});

/** Null for a payload that is no proxy response, which the gateway calls malformed. */
export function proxyResponse(payload: unknown): GateResponse | null {
  const parsed = v.safeParse(ProxyResponseSchema, payload);
  if (!parsed.success) return null;
  const { statusCode, headers, multiValueHeaders, body } = parsed.output;
  return {
    status: statusCode,
    headers: {
      'content-type': 'application/json',
      ...renamed(headers ?? {}),
      ...renamed(multiValueHeaders ?? {}),
    },
    body: Buffer.from(body ?? ''),
  };
}

function renamed<T>(headers: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !DROPPED.includes(name))
      .map(([name, value]) => [REMAPPED.includes(name) ? `x-amzn-remapped-${name}` : name, value]),
  );
}
