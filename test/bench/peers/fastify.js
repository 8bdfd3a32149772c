/** Peer: Fastify with its Lambda adapter and its own serializer. */
import awsLambdaFastify from '@fastify/aws-lambda';
import fastify from 'fastify';
import { toUser } from './account.js';
import { subjectOf } from './claims.js';
import { itemOf } from './table.js';

const app = fastify();
app.decorateRequest('subject', '');
app.addHook('onRequest', async (request, reply) => {
  try {
    request.subject = subjectOf(request.awsLambda.event.requestContext.authorizer?.claims);
  } catch {
    await reply.code(401).send();
  }
});
app.get('/users/me', async (request, reply) => {
  const item = await itemOf(request.subject);
  return item === undefined ? reply.code(404).send() : toUser(item);
});

export const handler = awsLambdaFastify(app);
