/** Peer: Express behind serverless-http. */
import express from 'express';
import serverless from 'serverless-http';
import { toUser } from './account.js';
import { subjectOf } from './claims.js';
import { itemOf, updated } from './table.js';
import { faultsOf } from './update.js';

const app = express();
app.use(express.json());
app.use((request, response, next) => {
  try {
    request.subject = subjectOf(request.requestContext.authorizer?.claims);
  } catch {
    response.status(401).end();
    return;
  }
  next();
});
app.get('/users/me', async (request, response) => {
  const item = await itemOf(request.subject);
  if (item === undefined) response.status(404).end();
  else response.json(toUser(item));
});
app.patch('/users/me', async (request, response) => {
  const faults = faultsOf(request.body);
  const item = await itemOf(request.subject);
  if (item === undefined) response.status(404).end();
  else if (faults.length > 0) response.status(422).json({ faults });
  else response.json(toUser(await updated(item, request.body)));
});

export const handler = serverless(app);
