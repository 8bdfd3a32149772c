/** Peer: Hono with its Lambda adapter; zod validates claims and response. */
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { HTTPException } from 'hono/http-exception';
import * as z from 'zod';
import { toUser } from './account.js';
import { subjectOf } from './claims.js';
import { itemOf } from './table.js';

const ClaimsSchema = z.object({
  sub: z.string().min(1),
  token_use: z.literal('access'),
  exp: z.string(),
});
const text = z.string().nullable();
const UserSchema = z.strictObject({
  id: z.guid(),
  username: z.string().min(1),
  email: text,
  name: text,
  company: text,
  job_title: text,
  avatar_url: text,
  metadata: z.json(),
  password: z.null(),
  password_expired: z.boolean().nullable(),
  oauth_provider: text,
  oauth_id: text,
  is_active: z.boolean(),
  is_superuser: z.boolean(),
  is_service_account: z.boolean(),
  is_onboarded: z.boolean(),
  organization_id: z.guid().nullable(),
});

const app = new Hono();
app.use(async (c, next) => {
  try {
    const claims = ClaimsSchema.parse(c.env.requestContext.authorizer?.claims);
    c.set('subject', subjectOf(claims));
  } catch {
    throw new HTTPException(401);
  }
  await next();
});
app.get('/users/me', async (c) => {
  const item = await itemOf(c.get('subject'));
  if (item === undefined) throw new HTTPException(404);
  return c.json(UserSchema.parse(toUser(item)));
});

export const handler = handle(app);
