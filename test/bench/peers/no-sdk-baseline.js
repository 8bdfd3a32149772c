/** Baseline: GetItem signed by hand (Signature Version 4) over node:http, without an SDK. A lower bound, not an alternative. */
import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { toUser } from './account.js';
import { subjectOf } from './claims.js';

const { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: region } = process.env;
const TableName = process.env.USERS_TABLE_NAME;
const endpoint = new URL(process.env.AWS_ENDPOINT_URL);
const agent = new Agent({ keepAlive: true });
const TARGET = 'DynamoDB_20120810.GetItem';
const TYPE = 'application/x-amz-json-1.0';

const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

function signedHeaders(body) {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const names = 'content-type;host;x-amz-date;x-amz-target';
  const canonical = [
    'POST\n/\n',
    `content-type:${TYPE}`,
    `host:${endpoint.host}`,
    `x-amz-date:${time}`,
    `x-amz-target:${TARGET}\n`,
    names,
    sha256(body),
  ].join('\n');
  const scope = `${day}/${region}/dynamodb/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`;
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), 'dynamodb'), 'aws4_request');
  const signature = hmac(key, text).toString('hex');
  return {
    'content-type': TYPE,
    'x-amz-date': time,
    'x-amz-target': TARGET,
    'content-length': Buffer.byteLength(body),
    authorization: `AWS4-HMAC-SHA256 Credential=${keyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function send(body) {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers: signedHeaders(body) };
    request(endpoint, options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    })
      .on('error', reject)
      .end(body);
  });
}

const plain = ({ S, N, BOOL, M }) => {
  if (M) return Object.fromEntries(Object.entries(M).map(([key, value]) => [key, plain(value)]));
  return S ?? BOOL ?? (N === undefined ? null : Number(N));
};

export async function handler(event) {
  const pk = `USER#${subjectOf(event.requestContext.authorizer?.claims)}`;
  const { Item } = await send(
    JSON.stringify({ TableName, Key: { pk: { S: pk } }, ConsistentRead: true }),
  );
  return { statusCode: 200, body: JSON.stringify(toUser(plain({ M: Item }))) };
}
