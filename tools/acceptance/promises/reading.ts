/** What GET /users/me promises, conditional requests included. */
import { ACCOUNT_FIELDS } from '../../../lib/account/fields.ts';
import { CAPABILITIES_TYPE } from '../../../lib/contract.ts';
import type { AcceptanceContext } from '../context.ts';
import { compare, compareAll, type Expected, responds, verdict } from '../expectation.ts';
import type { AcceptancePromise } from '../runner.ts';

const ETAG = /^"[^"]+"$/;
const PRECONDITION_FAILED: Expected = { status: 412, code: 'precondition_failed' };
const INVALID_PRECONDITION: Expected = { status: 400, code: 'invalid_precondition' };

async function etagOf(context: AcceptanceContext): Promise<string> {
  return (await (await context.person('reader')).get()).headers.get('etag') ?? '';
}

/** A promise about a request whose headers name the current entity tag. */
function conditional(
  id: string,
  text: string,
  expected: Expected,
  method: 'get' | 'patch',
  headersOf: (etag: string) => Record<string, string>,
): AcceptancePromise<AcceptanceContext> {
  return responds(`conditional.${id}`, text, expected, async (context) => {
    const { get, patch } = await context.person('reader');
    const headers = headersOf(await etagOf(context));
    return method === 'get' ? get(headers) : patch({ is_onboarded: true }, headers);
  });
}

export const READING: readonly AcceptancePromise<AcceptanceContext>[] = [
  {
    id: 'get.account',
    text: 'GET returns the caller’s account with all fields',
    expected: `200 with ${ACCOUNT_FIELDS.length} fields, those of the person`,
    async tried(context) {
      const { get, username, email, subject } = await context.person('reader');
      const response = await get();
      const names = Object.keys(response.body);
      if (JSON.stringify(names.toSorted()) !== JSON.stringify(ACCOUNT_FIELDS.toSorted())) {
        return verdict(false, `${response.status} with ${names.join(', ')}`);
      }
      const kind = { oauth_provider: null, is_active: true, is_service_account: false };
      const body = { id: subject, username, email, password: null, is_superuser: false, ...kind };
      return compare({ status: 200, body }, response);
    },
  },
  {
    id: 'get.first-call',
    text: 'The first call of a person who is only in the pool makes their account',
    expected: '200 with the name and e-mail of the pool',
    async tried(context) {
      const [username, email] = [context.name('newcomer'), context.email('newcomer')];
      const { admin, directory, newPassword } = context.ports;
      const temporaryPassword = newPassword();
      const made = await admin.createPerson({ username, email, temporaryPassword });
      const password = newPassword();
      await directory.setPassword(made.directoryName, password);
      const signInName = context.ports.signInNames === 'email' ? email : username;
      const { get } = await context.signedIn({ ...made, username, email, signInName, password });
      // By e-mail alone, the pool never learns of another name.
      const body = { id: made.subject, username: signInName, email, password_expired: false };
      return compare({ status: 200, body }, await get());
    },
  },
  responds(
    'get.headers',
    'A response has its entity tag, its request id, and may be kept by the caller’s browser only',
    {
      status: 200,
      headers: {
        etag: ETAG,
        'content-type': 'application/json',
        'cache-control': 'private, no-cache',
        vary: /authorization/i,
        'x-content-type-options': 'nosniff',
        'x-request-id': /./,
      },
    },
    async (context) => (await context.person('reader')).get(),
  ),
  responds(
    'get.query',
    'Query parameters of a server that uses it as UserInfo endpoint are ignored',
    { status: 200, headers: { etag: ETAG } },
    async (context) => {
      const { tokens } = await context.person('reader');
      return context.call({ path: '/users/me?fields=id&x=%00', token: tokens.accessToken });
    },
  ),
  {
    id: 'get.capabilities',
    text: 'The capabilities say which fields the caller may change now',
    expected: '200, name editable, is_superuser privileged_field, id read_only, no etag',
    async tried(context) {
      const { get } = await context.person('reader');
      const response = await get({ accept: CAPABILITIES_TYPE });
      const fields = JSON.parse(response.text).fields ?? {};
      const seen = JSON.stringify({
        name: fields.name,
        is_superuser: fields.is_superuser,
        id: fields.id,
        etag: response.headers.get('etag'),
      });
      const expected = JSON.stringify({
        name: { editable: true },
        is_superuser: { editable: false, reason: 'privileged_field' },
        id: { editable: false, reason: 'read_only' },
        etag: null,
      });
      return verdict(response.status === 200 && seen === expected, `${response.status} ${seen}`);
    },
  },
  {
    id: 'conditional.unchanged',
    text: 'GET with the current entity tag is 304 without a body',
    expected: '304, no body, the same etag',
    async tried(context) {
      const etag = await etagOf(context);
      const response = await (await context.person('reader')).get({ 'if-none-match': etag });
      const seen = compare({ status: 304, headers: { etag } }, response);
      return response.text === '' ? seen : verdict(false, `${response.status} with a body`);
    },
  },
  {
    id: 'conditional.changed',
    text: 'PATCH with an entity tag that somebody else’s change made old is 412, says what changed, and changes nothing',
    expected: '200, then 412 precondition_failed with the changed field and the current etag',
    async tried(context) {
      const { patch } = await context.person('writer');
      const etag = (await patch({ company: 'First' })).headers.get('etag') ?? '';
      const second = await patch({ company: 'Second' }, { 'if-match': etag });
      const third = await patch({ company: 'Third' }, { 'if-match': etag });
      return compareAll([
        [{ status: 200, body: { company: 'Second' } }, second],
        [
          {
            ...PRECONDITION_FAILED,
            body: { changed: ['company'] },
            headers: { etag: second.headers.get('etag') },
          },
          third,
        ],
        [{ status: 200, body: { company: 'Second' } }, await patch({})],
      ]);
    },
  },
  conditional('any', 'If-Match: * holds', { status: 200 }, 'patch', () => ({ 'if-match': '*' })),
  conditional(
    'weak',
    'A weak entity tag never matches If-Match',
    PRECONDITION_FAILED,
    'patch',
    (etag) => ({
      'if-match': `W/${etag}`,
    }),
  ),
  conditional(
    'get-if-match',
    'GET with another If-Match is 412',
    PRECONDITION_FAILED,
    'get',
    () => ({
      'if-match': '"another"',
    }),
  ),
  conditional(
    'patch-if-none-match',
    'PATCH with If-None-Match of the current entity tag is 412',
    PRECONDITION_FAILED,
    'patch',
    (etag) => ({ 'if-none-match': etag }),
  ),
  conditional(
    'malformed',
    'A precondition that is no entity tag is 400',
    INVALID_PRECONDITION,
    'get',
    () => ({
      'if-none-match': 'unquoted',
    }),
  ),
];
