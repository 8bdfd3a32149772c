/** Peer: a plain handler with the DynamoDB document client. */
import { toUser } from './account.js';
import { subjectOf } from './claims.js';
import { itemOf, updated } from './table.js';
import { faultsOf } from './update.js';

const json = (statusCode, body) => ({
  statusCode,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

export async function handler(event) {
  let subject;
  try {
    subject = subjectOf(event.requestContext.authorizer?.claims);
  } catch {
    return { statusCode: 401, body: '' };
  }
  const body = event.httpMethod === 'PATCH' ? JSON.parse(event.body) : {};
  const faults = faultsOf(body);
  const item = await itemOf(subject);
  if (item === undefined) return { statusCode: 404, body: '' };
  if (faults.length > 0) return json(422, { faults });
  const { password, ...changes } = body;
  if (password !== undefined) {
    const { setPassword } = await import('./password.js');
    await setPassword(item.directoryName, password);
  }
  return json(200, toUser(await updated(item, changes)));
}
