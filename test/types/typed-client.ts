/** Calls of the typed client that must, and must not, compile: `npm run typecheck` reads this. */
import {
  type Account,
  type AccountUpdate,
  createAccountClient,
  type UpdateProblem,
} from 'current-user-client';

const api = createAccountClient({ apiUrl: 'https://api.example' });

export const accepted = [
  api.read(),
  api.read({ signal: AbortSignal.timeout(1000) }),
  api.update({ name: 'Ada', job_title: null, metadata: { theme: ['dark'] } }),
  api.update({}, { ifMatch: '*' }),
  api.update({ metadata: { theme: null } }, { mergePatch: true }),
];

export const refused = [
  // @ts-expect-error: no field has this name
  api.update({ name: 'Ada', nickname: 'Ada' }),
  // @ts-expect-error: a name is a string
  api.update({ name: 7 }),
  // @ts-expect-error: a flag is a boolean
  api.update({ is_onboarded: 'yes' }),
  // @ts-expect-error: a change has fields
  api.update(),
  // @ts-expect-error: there is no such option
  api.update({}, { ifMtach: '*' }),
];

/** What is read of a response. */
export async function read() {
  const response = await api.read();
  if (response.error) return response.error.code;
  const account: Account = response.data;
  // @ts-expect-error: an account has no such field
  const nickname = account.nickname;
  // @ts-expect-error: a company may be missing
  const company: string = account.company;
  // @ts-expect-error: the password of a response is never there
  const password: string = account.password;
  return { ...account, nickname, company, password };
}

/** The whole account can be sent back, and a read one is an account until its error is looked at. */
export async function update(account: Account) {
  const response = await api.update(account satisfies AccountUpdate);
  // @ts-expect-error: there may be an error in its place
  const changed: Account = response.data;
  return changed;
}

/** `code` says which members a problem has. */
export function membersOf(problem: UpdateProblem) {
  if (problem.code === 'insufficient_user_authentication') return problem.max_age.toFixed();
  if (problem.code === 'precondition_failed') return problem.changed?.join();
  if (problem.code === 'insufficient_scope') return problem.scope.length;
  // @ts-expect-error: only a sign-in has an age
  if (problem.code === 'username_taken') return problem.max_age;
  // @ts-expect-error: no problem has this code
  return problem.code === 'username_takne';
}
