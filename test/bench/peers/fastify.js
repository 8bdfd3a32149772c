/** Peer: Fastify with its Lambda adapter, its own serializer and validator. */
import awsLambdaFastify from '@fastify/aws-lambda';
import fastify from 'fastify';
import { toUser } from './account.js';
import { subjectOf } from './claims.js';
import { itemOf, updated } from './table.js';

const text = { type: ['string', 'null'], minLength: 1, maxLength: 50 };
const flag = { type: ['boolean', 'null'] };
const body = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: text,
    company: text,
    job_title: text,
    avatar_url: { type: ['string', 'null'], pattern: '^https://[^/@]+(/.*)?$' },
    metadata: {},
    username: { ...text, pattern: '^[a-zA-Z0-9_\\-@.]+$' },
    email: { type: ['string', 'null'], format: 'email' },
    password: { type: ['string', 'null'], minLength: 12 },
    password_expired: flag,
    is_active: flag,
    is_superuser: flag,
    is_onboarded: flag,
  },
};

// Names every fault, and changes no value, as the others.
const customOptions = { allErrors: true, coerceTypes: false, removeAdditional: false };
const app = fastify({ ajv: { customOptions } });
app.setErrorHandler((error, _request, reply) => {
  if (!error.validation) return reply.code(500).send();
  return reply.code(422).send({ faults: error.validation });
});
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
app.patch('/users/me', { schema: { body } }, async (request, reply) => {
  const item = await itemOf(request.subject);
  return item === undefined ? reply.code(404).send() : toUser(await updated(item, request.body));
});

export const handler = awsLambdaFastify(app);
