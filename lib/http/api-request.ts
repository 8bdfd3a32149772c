/** The parts of an API Gateway event that the service reads, parsed. Knows no domain rule. */
import { isIP } from 'node:net';
import * as v from 'valibot';
import { ProblemError } from '../account/errors.ts';
import { JSON_TYPE, MERGE_PATCH_TYPE } from '../contract.ts';

const HeaderValuesSchema = v.nullish(v.record(v.string(), v.nullish(v.array(v.string()))));
const HeadersSchema = v.nullish(v.record(v.string(), v.nullish(v.string())));

/** A proxy event of a REST API, payload version 1.0; other parts are not looked at. */
const ApiEventSchema = v.object({
  httpMethod: v.nullish(v.string()),
  headers: HeadersSchema,
  multiValueHeaders: HeaderValuesSchema,
  body: v.nullish(v.string()),
  isBase64Encoded: v.nullish(v.boolean()),
  requestContext: v.object({
    requestId: v.string(),
    extendedRequestId: v.nullish(v.string()),
    authorizer: v.nullish(v.record(v.string(), v.unknown())),
    identity: v.nullish(v.object({ sourceIp: v.nullish(v.string()) })),
  }),
});
type ApiEvent = v.InferOutput<typeof ApiEventSchema>;

/** One request. */
export interface ApiRequest {
  method: string;
  /** The id that callers get; they may choose it themselves. */
  requestId: string;
  /** The id that the gateway makes, and callers cannot choose; null where it made none. */
  extendedRequestId: string | null;
  /** The trace a caller's `traceparent` names (W3C Trace Context), or null. */
  traceId: string | null;
  /** The IP address that the request came from, as the gateway saw it. */
  sourceAddress: string | null;
  /** What the authorizer handed over, not yet looked at. */
  claims: unknown;
  /** By lower-case name; several of one name joined by commas (RFC 9110 section 5.3). */
  headers: Readonly<Record<string, string>>;
  /** Text as received. */
  body: string;
  isBase64Encoded: boolean;
}

/** @throws ValiError for anything that is no such event */
export function parseApiRequest(event: unknown): ApiRequest {
  const parsed = v.parse(ApiEventSchema, event);
  const headers = combineAllHeaders(parsed);
  return {
    method: parsed.httpMethod ?? 'GET',
    requestId: parsed.requestContext.requestId,
    extendedRequestId: parsed.requestContext.extendedRequestId ?? null,
    traceId: traceIdOf(headers['traceparent']),
    sourceAddress: parseSourceIp(parsed.requestContext.identity?.sourceIp),
    claims: parsed.requestContext.authorizer?.['claims'],
    headers,
    // A missing body is rejected as invalid JSON.
    body: parsed.body ?? '',
    isBase64Encoded: parsed.isBase64Encoded ?? false,
  };
}

/** A gateway sends both forms of most headers: the one with all values counts. */
function combineAllHeaders({ headers, multiValueHeaders }: ApiEvent): Record<string, string> {
  const all = Object.entries(multiValueHeaders ?? {}).flatMap(([name, values]) =>
    (values ?? []).map((value) => [name, value] as const),
  );
  return Object.fromEntries([
    ...combineHeaders(Object.entries(headers ?? {})),
    ...combineHeaders(all),
  ]);
}

/** Values by lower-case name, which may be `constructor`; one can come in several spellings. */
function combineHeaders(fields: (readonly [name: string, value: string | null | undefined])[]) {
  const values = new Map<string, string>();
  for (const [name, value] of fields) {
    if (value == null) continue;
    const key = name.toLowerCase();
    const before = values.get(key);
    values.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return values;
}

/** Null for what is no IP address: an audit would show it as one. */
function parseSourceIp(sourceIp: string | null | undefined): string | null {
  return sourceIp != null && isIP(sourceIp) !== 0 ? sourceIp : null;
}

/** Versions after 00 may have more behind (W3C Trace Context section 4.3). */
const TRACEPARENT =
  /^(?!ff|00-.{53})[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-[^,]*)?$/;

function traceIdOf(traceparent: string | undefined): string | null {
  return TRACEPARENT.exec(traceparent ?? '')?.[1] ?? null;
}

/**
 * True where `Accept` names this media type, and does not prefer JSON (RFC 9110 section 12.5.1). An
 * `Accept` that names neither is one for JSON, whatever it is.
 */
export async function prefers({ headers }: ApiRequest, mediaType: string): Promise<boolean> {
  const accept = (headers['accept'] ?? '').toLowerCase();
  // Nearly all requests end here, without a parser.
  if (!accept.includes(mediaType)) return false;
  const { default: Negotiator } = await import('negotiator');
  const types = [JSON_TYPE, mediaType];
  return new Negotiator({ headers: { accept } }).mediaType(types) === mediaType;
}

/** Most bytes of a body. */
const BODY_MAX_BYTES = 64 * 1024;

const MODES = new Map([
  [JSON_TYPE, 'replace'],
  [MERGE_PATCH_TYPE, 'merge'],
] as const);

/**
 * How the body of a PATCH is to be read, by its media type.
 * @throws ProblemError `unsupported_media_type`
 */
export function patchMode({ headers }: ApiRequest): 'replace' | 'merge' {
  const sentType = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const mode = [...MODES].find(([mediaType]) => mediaType === sentType)?.[1];
  const isPlain = (headers['content-encoding'] ?? 'identity').trim().toLowerCase() === 'identity';
  if (mode === undefined || !isPlain) throw new ProblemError('unsupported_media_type');
  return mode;
}

/** What stands in a text for bytes that were no UTF-8. */
const REPLACEMENT_CHARACTER = '\ufffd';

/**
 * The text of a body as received, before it is parsed. A gateway hands bodies over as text, in which
 * bytes that are no UTF-8 were replaced: what was sent is lost, so the body is refused (RFC 8259
 * section 8.1). JSON can still escape that character.
 * @throws ProblemError `content_too_large`; `invalid_json` for bytes that are no UTF-8
 */
export function decodeBody({ body, isBase64Encoded }: ApiRequest): string {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > BODY_MAX_BYTES) throw new ProblemError('content_too_large');
  // Keeps a byte order mark, which JSON refuses.
  const text = isBase64Encoded ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : body;
  if (text.includes(REPLACEMENT_CHARACTER)) throw new ProblemError('invalid_json');
  return text;
}
