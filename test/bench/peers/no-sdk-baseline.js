/** Baseline: GetItem signed by hand (Signature Version 4) over node:http, without an SDK. A lower bound, not an alternative. */
import { createHash, createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { toUser } from './account.js';
import { subjectOf } from './claims.js';
import { changesOf, faultsOf } from './update.js';

const { AWS_ACCESS_KEY_ID: keyId, AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: region } = process.env;
const TableName = process.env.USERS_TABLE_NAME;
const endpoint = new URL(process.env.AWS_ENDPOINT_URL);
const agent = new Agent({ keepAlive: true });
const TYPE = 'application/x-amz-json-1.0';

const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

function signedHeaders(operation, body) {
  const target = `DynamoDB_20120810.${operation}`;
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const names = 'content-type;host;x-amz-date;x-amz-target';
  const canonical = [
    'POST\n/\n',
    `content-type:${TYPE}`,
    `host:${endpoint.host}`,
    `x-amz-date:${time}`,
    `x-amz-target:${target}\n`,
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
    'x-amz-target': target,
    'content-length': Buffer.byteLength(body),
    authorization: `AWS4-HMAC-SHA256 Credential=${keyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function send(operation, input) {
  const body = JSON.stringify({ TableName, ...input });
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers: signedHeaders(operation, body) };
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

const attribute = (value) => {
  if (value === null) return { NULL: true };
  return typeof value === 'string' ? { S: value } : { BOOL: value };
};

async function updated(pk, item, body) {
  const changes = Object.entries(changesOf(item, body));
  if (changes.length === 0) return item;
  await send('UpdateItem', {
    Key: { pk: { S: pk } },
    UpdateExpression: `SET #version = :next, ${changes.map((_, at) => `account.#f${at} = :v${at}`).join()}`,
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: {
      '#version': 'version',
      ...Object.fromEntries(changes.map(([field], at) => [`#f${at}`, field])),
    },
    ExpressionAttributeValues: {
      ':version': { N: String(item.version) },
      ':next': { N: String(item.version + 1) },
      ...Object.fromEntries(changes.map(([, value], at) => [`:v${at}`, attribute(value)])),
    },
  });
  return { ...item, account: { ...item.account, ...Object.fromEntries(changes) } };
}

export async function handler(event) {
  const pk = `USER#${subjectOf(event.requestContext.authorizer?.claims)}`;
  const body = event.httpMethod === 'PATCH' ? JSON.parse(event.body) : {};
  const faults = faultsOf(body);
  const { Item } = await send('GetItem', { Key: { pk: { S: pk } }, ConsistentRead: true });
  if (faults.length > 0) return { statusCode: 422, body: JSON.stringify({ faults }) };
  const item = await updated(pk, plain({ M: Item }), body);
  return { statusCode: 200, body: JSON.stringify(toUser(item)) };
}
