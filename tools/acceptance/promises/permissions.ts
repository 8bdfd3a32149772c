/** Who may change what, and what superusers can do. */
import { setFlags } from '../../../lib/operations/account-administration.ts';
import { signInThroughProvider } from '../../local/sign-in.ts';
import type { AcceptanceContext } from '../context.ts';
import { cannotBeTried, compare, compareAll, type Expected, responds } from '../expectation.ts';
import { claimsOf } from '../old-sign-in.ts';
import type { AcceptancePromise } from '../runner.ts';

const PRIVILEGED = ['is_superuser', 'is_active', 'password_expired'] as const;
const MANAGED: Expected = { status: 400, code: 'managed_by_identity_provider' };

export const PERMISSIONS: readonly AcceptancePromise<AcceptanceContext>[] = [
  ...PRIVILEGED.map((field) =>
    responds<AcceptanceContext>(
      `privileged.${field}`,
      `Only a superuser changes ${field}`,
      { status: 403, code: 'privileged_field', errors: [`/${field} privileged_field`] },
      async (context) => {
        const { get, patch } = await context.person('editor');
        return patch({ [field]: (await get()).body[field] !== true });
      },
    ),
  ),
  {
    id: 'superuser.flags',
    text: 'A superuser marks their password as expired, then gives up their rights',
    expected: '200, 200, then 403 privileged_field',
    async tried(context) {
      // A second one, because the last superuser may not give up their rights.
      await context.newPerson('superuser', { isSuperuser: true });
      const { patch } = await context.newPerson('superuser', { isSuperuser: true });
      return compareAll([
        [
          { status: 200, body: { password_expired: true } },
          await patch({ password_expired: true }),
        ],
        [{ status: 200, body: { is_superuser: false } }, await patch({ is_superuser: false })],
        [{ status: 403, code: 'privileged_field' }, await patch({ is_superuser: true })],
      ]);
    },
  },
  {
    id: 'superuser.deactivates',
    text: 'A superuser who deactivates themselves is refused from then on',
    expected: '200, then 403 account_inactive',
    async tried(context) {
      await context.newPerson('superuser', { isSuperuser: true });
      const { patch, get } = await context.newPerson('superuser', { isSuperuser: true });
      return compareAll([
        [{ status: 200, body: { is_active: false } }, await patch({ is_active: false })],
        [{ status: 403, code: 'account_inactive' }, await get()],
      ]);
    },
  },
  responds(
    'internal.not-editable',
    'The owner of an internal account reads it and does not change it',
    { status: 400, code: 'internal_account_not_editable' },
    async (context) => {
      const { subject, patch } = await context.newPerson('internal');
      await setFlags(context.ports, subject, { internal: true });
      return patch({ name: 'Ada' });
    },
  ),
  ...(['username', 'email'] as const).map(
    (field): AcceptancePromise<AcceptanceContext> => ({
      id: `taken.${field}`,
      text: `The ${field} of another account is refused in any letter case`,
      expected: `409 ${field}_taken`,
      async tried(context) {
        const other = await context.person('reader');
        const { patch } = await context.newPerson('envious');
        const expected = { status: 409, code: `${field}_taken` };
        return compareAll([
          [expected, await patch({ [field]: other[field] })],
          [expected, await patch({ [field]: other[field].toUpperCase() })],
        ]);
      },
    }),
  ),
  {
    id: 'taken.limit',
    text: 'After ten refused names within an hour, further ones are refused without a look',
    expected: 'ten times 409 username_taken, then 429 too_many_attempts',
    async tried(context) {
      const { username } = await context.person('reader');
      const { patch } = await context.newPerson('envious');
      const taken = { status: 409, code: 'username_taken' };
      const answers = [];
      for (let attempt = 1; attempt <= 10; attempt += 1) answers.push(await patch({ username }));
      return compareAll([
        ...answers.map((answer) => [taken, answer] as const),
        [
          {
            status: 429,
            code: 'too_many_attempts',
            headers: {
              ratelimit: /^"refused-names";r=0;t=\d+$/,
              'ratelimit-policy': '"refused-names";q=10;w=3600',
            },
          },
          await patch({ username: 'free' }),
        ],
      ]);
    },
  },
  responds(
    'reserved.username',
    'The reserved username is refused',
    { status: 400, code: 'username_reserved' },
    async (context) => {
      const { patch } = await context.person('editor');
      return patch({ username: context.target.adminUsername });
    },
  ),
  {
    id: 'sso.managed',
    text: 'An SSO account’s sign-in names and password are kept by its identity provider',
    expected: '200 with oauth_provider, then 400 managed_by_identity_provider',
    async tried(context) {
      const { identityProvider } = context.target;
      if (identityProvider === null) {
        return { outcome: 'not tried', seen: 'needs a sign-in at your identity provider' };
      }
      const { name: provider } = identityProvider;
      const identity = { subject: context.name('sso'), email: context.email('sso') };
      const { accessToken } = await signInThroughProvider(context.target, { provider, identity });
      const { sub, username } = claimsOf(accessToken);
      context.made.addPerson({ subject: String(sub), directoryName: String(username) });
      const { get, patch } = context.requestsWith(accessToken);
      const account = { oauth_provider: provider, email: identity.email, password_expired: null };
      return compareAll([
        [{ status: 200, body: account }, await get()],
        [MANAGED, await patch({ email: context.email('other') })],
        [{ status: 200, body: { name: 'Sam' } }, await patch({ name: 'Sam' })],
      ]);
    },
  },
  {
    id: 'client.not-allowed',
    text: 'With patchClients set, a token of another client reads and does not change',
    expected: '200, then 403 client_not_allowed',
    async tried(context) {
      if (context.target.config.patchClientIds.length === 0) {
        return { outcome: 'not tried', seen: 'patchClients is not set' };
      }
      const { accessToken } = await context.signInAtApi(await context.person('reader'));
      const { get, patch } = context.requestsWith(accessToken);
      const seen = compare({ status: 200 }, await get());
      if (seen.outcome === 'broken') return seen;
      return compare({ status: 403, code: 'client_not_allowed' }, await patch({ name: 'x' }));
    },
  },
  cannotBeTried(
    'last_superuser',
    'The last active superuser keeps their rights',
    'would take the rights of superusers that this run did not make',
  ),
  cannotBeTried(
    'admin_account_not_editable',
    'The reserved admin account is edited by operators only',
    'would need the sign-in of an account that this run did not make',
  ),
];
