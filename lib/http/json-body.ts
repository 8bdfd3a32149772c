/** The JSON of a request's body. */
import middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { Context } from 'aws-lambda';
import type { JsonValue } from '../account/metadata.ts';

interface BodyEvent {
  headers: Record<string, string>;
  /** Text; the value it stands for once the parser has read it. */
  body: JsonValue;
  isBase64Encoded: boolean;
}

// A pipeline of its own, because a body is parsed only after its sender was authorised.
const parse = middy<BodyEvent, JsonValue>().handler(async ({ body }) => body);
// The media type was checked: see patchMode.
parse.use(httpJsonBodyParser({ disableContentTypeCheck: true }));

/**
 * Parses text that was decoded already.
 * @throws the parser's error for malformed JSON and for keys that forge a prototype
 */
export function parseJsonBody(text: string): Promise<JsonValue> {
  const noContext = {} as Context; // Without a deadline the pipeline sets no timer.
  return parse({ headers: {}, body: text, isBase64Encoded: false }, noContext);
}
