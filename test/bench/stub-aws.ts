/**
 * Stub of DynamoDB and Cognito in its own process: holds one item, accepts every signed write and
 * forgets it, so that all calls are alike. Prints its URL, and exits when its standard input closes.
 */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { RECORD } from './fixture.ts';

const GetItemSchema = v.object({ Key: v.object({ pk: v.object({ S: v.string() }) }) });

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
const NOTHING = Buffer.from('{}');

/** Operations that return nothing that is read. */
const WRITES =
  /^(DynamoDB_20120810\.(PutItem|UpdateItem)|AWSCognitoIdentityProviderService\.Admin(SetUserPassword|UserGlobalSignOut|ListUserSessions))$/;

/** @returns the reply; null for any other operation */
function reply(operation: string, input: unknown): Buffer | null {
  if (WRITES.test(operation)) return NOTHING;
  if (operation !== 'DynamoDB_20120810.GetItem') return null;
  return v.parse(GetItemSchema, input).Key.pk.S === RECORD.pk ? FOUND : NOTHING;
}

const server = createServer(async (request, response) => {
  const body = await text(request);
  const isSigned = request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ') ?? false;
  const found = reply(String(request.headers['x-amz-target']), JSON.parse(body));
  if (found === null || !isSigned) {
    response.writeHead(400).end();
    return;
  }
  response.writeHead(200, {
    'content-type': request.headers['content-type'],
    'content-length': found.length,
    'x-amzn-requestid': 'QK5GH8V5VVT1P6QK5GH8V5VVT1P6QK5GH8V5VVT1P6',
  });
  response.end(found);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  console.log(`http://127.0.0.1:${address.port}`);
});
// The pipe closes however the benchmark ends.
process.stdin.resume().on('end', () => process.exit());
