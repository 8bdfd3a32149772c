/**
 * DynamoDB stub in its own process: holds one item and serves signed GetItem requests only. Prints
 * its URL, and exits when its standard input closes.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { RECORD } from './fixture.ts';

const RequestSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ Key: v.object({ pk: v.object({ S: v.string() }) }) }),
);

/** A value in DynamoDB's attribute format. */
function attribute(value: unknown): object {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attribute) };
  return { M: attributes(Object(value)) };
}

function attributes(values: object): object {
  return Object.fromEntries(Object.entries(values).map(([key, of]) => [key, attribute(of)]));
}

const FOUND = Buffer.from(JSON.stringify({ Item: attributes(RECORD) }));
const MISSING = Buffer.from('{}');

const server = createServer(async (request, response) => {
  const body = await text(request);
  const isGet = request.headers['x-amz-target'] === 'DynamoDB_20120810.GetItem';
  const isSigned = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') ?? false;
  if (!isGet || !isSigned) {
    response.writeHead(400).end();
    return;
  }
  const { Key } = v.parse(RequestSchema, body);
  const reply = Key.pk.S === RECORD.pk ? FOUND : MISSING;
  response.writeHead(200, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': reply.length,
    'x-amzn-requestid': 'QK5GH8V5VVT1P6QK5GH8V5VVT1P6QK5GH8V5VVT1P6',
  });
  response.end(reply);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  console.log(`http://127.0.0.1:${address.port}`);
});
// The pipe closes however the benchmark ends.
process.stdin.resume().on('end', () => process.exit());
