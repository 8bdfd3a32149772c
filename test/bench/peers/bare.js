/** Peer: a plain handler with the DynamoDB document client. */
import { toUser } from './account.js';
import { subjectOf } from './claims.js';
import { itemOf } from './table.js';

export async function handler(event) {
  let subject;
  try {
    subject = subjectOf(event.requestContext.authorizer?.claims);
  } catch {
    return { statusCode: 401, body: '' };
  }
  const item = await itemOf(subject);
  if (item === undefined) return { statusCode: 404, body: '' };
  return {
    statusCode: 200,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(toUser(item)),
  };
}
