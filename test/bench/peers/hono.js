/** Peer: Hono with its Lambda adapter; zod validates claims and response. */
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { HTTPException } from 'hono/http-exception';
import * as z from 'zod';
import { toUser } from './account.js';
import { subjectOf } from './claims.js';
import { itemOf, updated } from './table.js';

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
const shortText = z.string().min(1).max(50).nullable();
const flag = z.boolean().nullable();
const UpdateSchema = z
  .strictObject({
    name: shortText,
    company: shortText,
    job_title: shortText,
    avatar_url: z.url({ protocol: /^https$/ }).nullable(),
    metadata: z.json(),
    username: z
      .string()
      .regex(/^[a-zA-Z0-9_\-@.]{1,50}$/)
      .nullable(),
    email: z.email().nullable(),
    password: z.string().min(12).nullable(),
    password_expired: flag,
    is_active: flag,
    is_superuser: flag,
    is_onboarded: flag,
  })
  .partial();

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
app.patch('/users/me', async (c) => {
  const update = UpdateSchema.safeParse(await c.req.json());
  const item = await itemOf(c.get('subject'));
  if (item === undefined) throw new HTTPException(404);
  if (!update.success) return c.json({ faults: update.error.issues }, 422);
  return c.json(UserSchema.parse(toUser(await updated(item, update.data))));
});

export const handler = handle(app);
