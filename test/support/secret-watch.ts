/** Set-up of each test file: registers every secret sent or received, and all problems. */
import { inject } from 'vitest';
import { type Kind, SecretRegistry } from './secret-registry.ts';

/** Kind of secret by member name of forms and JSON documents. */
const MEMBERS: Record<string, Kind> = {
  password: 'password',
  new_password: 'password',
  client_secret: 'client secret',
  access_token: 'token',
  id_token: 'token',
  refresh_token: 'token',
  code: 'token',
  code_verifier: 'token',
  email: 'e-mail',
};

const registry = new SecretRegistry(inject('secretsFolder'));
const send = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  noteCredentials(new Headers(init?.headers).get('authorization') ?? '');
  if (init?.body instanceof URLSearchParams) noteMembers(Object.fromEntries(init.body));
  if (typeof init?.body === 'string') noteText(init.body);
  const answer = await send(input, init);
  const type = answer.headers.get('content-type') ?? '';
  if (type.includes('json')) {
    const text = await answer.clone().text();
    if (type.includes('problem')) registry.addProblem(text);
    else noteText(text);
  }
  return answer;
};

function noteCredentials(authorization: string): void {
  const [scheme, credentials = ''] = authorization.split(' ');
  if (scheme === 'Bearer') registry.add('token', credentials);
  if (scheme !== 'Basic') return;
  const [, secret] = Buffer.from(credentials, 'base64').toString().split(':');
  registry.add('client secret', secret);
}

function noteText(text: string): void {
  try {
    noteMembers(JSON.parse(text));
  } catch {
    // Some tests send invalid JSON.
  }
}

function noteMembers(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, kind] of Object.entries(MEMBERS)) {
    const member = Reflect.get(value, name);
    if (kind !== 'e-mail' || String(member).includes('@')) registry.add(kind, member);
  }
}
