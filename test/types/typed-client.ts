/** Calls of the generated client that must, and must not, compile: `npm run typecheck` reads this. */
import createClient from 'openapi-fetch';
import type { components, paths } from '../../examples/spa/src/api-schema.d.ts';

type UserUpdate = components['schemas']['UserUpdate'];

const api = createClient<paths>();
const path = '/users/me';

export const accepted = [
  api.GET(path, { params: { header: { 'If-None-Match': '"tag"' } } }),
  api.PATCH(path, { body: { name: 'Ada', job_title: null, metadata: { theme: ['dark'] } } }),
  api.PATCH(path, { body: {}, params: { header: { 'If-Match': '*' } } }),
];

export const refused = [
  // openapi-fetch infers the type of what it is given, and so lets unknown members pass in it.
  // @ts-expect-error: no field has this name
  api.PATCH(path, { body: { name: 'Ada', nickname: 'Ada' } satisfies UserUpdate }),
  // @ts-expect-error: a name is a string
  api.PATCH(path, { body: { name: 7 } }),
  // @ts-expect-error: a flag is a boolean
  api.PATCH(path, { body: { is_onboarded: 'yes' } }),
  // @ts-expect-error: a PATCH has a body
  api.PATCH(path),
  // @ts-expect-error: there is no such header
  api.PATCH(path, { body: {}, params: { header: { 'If-Mtach': '*' } } }),
  // @ts-expect-error: there is no such path
  api.GET('/users/you'),
  // @ts-expect-error: there is no such operation
  api.DELETE(path),
];

/** What is read of an answer. */
export async function read() {
  const { data, error } = await api.PATCH(path, { body: { name: 'Ada' } });
  const username: string | undefined = data?.username;
  const code: string | undefined = error?.code;
  // @ts-expect-error: an account has no such field
  const nickname = data?.nickname;
  // @ts-expect-error: a company may be missing
  const company: string | undefined = data?.company;
  return { username, code, nickname, company };
}

/** The password of an answer is never there. */
export const password: components['schemas']['User']['password'] = null;
