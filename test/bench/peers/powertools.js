/** Peer: the event-handler router of Powertools for AWS Lambda. */
import {
  NotFoundError,
  Router,
  UnauthorizedError,
} from '@aws-lambda-powertools/event-handler/http';
import { toUser } from './account.js';
import { subjectOf } from './claims.js';
import { itemOf, updated } from './table.js';
import { faultsOf } from './update.js';

const app = new Router();
app.use(async ({ reqCtx, next }) => {
  try {
    reqCtx.subject = subjectOf(reqCtx.event.requestContext.authorizer?.claims);
  } catch {
    throw new UnauthorizedError('No valid access token');
  }
  await next();
});
app.get('/users/me', async (reqCtx) => {
  const item = await itemOf(reqCtx.subject);
  if (item === undefined) throw new NotFoundError('No such account');
  return toUser(item);
});
app.patch('/users/me', async (reqCtx) => {
  const body = await reqCtx.req.json();
  const faults = faultsOf(body);
  const item = await itemOf(reqCtx.subject);
  if (item === undefined) throw new NotFoundError('No such account');
  if (faults.length > 0) return Response.json({ faults }, { status: 422 });
  return toUser(await updated(item, body));
});

export const handler = (event, context) => app.resolve(event, context);
