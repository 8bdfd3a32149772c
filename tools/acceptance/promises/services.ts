/** What service accounts promise: client credentials read, and operators edit. */

import { READ_SCOPE, WRITE_SCOPE } from '../../../lib/contract.ts';
import { rotateServiceAccount } from '../../../lib/operations/account-lifecycle.ts';
import { SignInRefusedError } from '../../local/sign-in.ts';
import type { AcceptanceContext } from '../context.ts';
import { compare, responds, verdict } from '../expectation.ts';
import type { AcceptancePromise } from '../runner.ts';

async function serviceWith(context: AcceptanceContext, scopes: string[]) {
  return context.requestsWith(await context.serviceToken(await context.service(), scopes));
}

export const SERVICES: readonly AcceptancePromise<AcceptanceContext>[] = [
  {
    id: 'service.reads',
    text: 'A service account reads itself with client credentials, without a deployment',
    expected: '200, is_service_account, no password, e-mail or provider',
    async tried(context) {
      const { get } = await serviceWith(context, [READ_SCOPE]);
      const { username } = await context.service();
      const none = { email: null, oauth_provider: null, password_expired: null };
      const body = { username, is_service_account: true, is_active: true, ...none };
      return compare({ status: 200, body }, await get());
    },
  },
  responds(
    'service.scope',
    'A token with users/me.read alone changes nothing, and says which scope is missing',
    {
      status: 403,
      code: 'insufficient_scope',
      body: { scope: WRITE_SCOPE },
      headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${WRITE_SCOPE}"` },
    },
    async (context) => (await serviceWith(context, [READ_SCOPE])).patch({ name: 'x' }),
  ),
  responds(
    'service.not-editable',
    'A service account does not edit itself',
    { status: 400, code: 'service_account_not_editable' },
    async (context) => (await serviceWith(context, [WRITE_SCOPE])).patch({ name: 'x' }),
  ),
  responds(
    'service.unregistered',
    'An app client that no service account is registered for is refused',
    { status: 403, code: 'service_account_not_registered' },
    async (context) => {
      const client = await context.ports.admin.createClient(context.name('unregistered'));
      return context.call({ token: await context.serviceToken(client, [READ_SCOPE]) });
    },
  ),
  {
    id: 'service.rotated',
    text: 'After a rotation the new credentials work, and the old ones and their tokens do not',
    expected: 'old token refused, old secret refused, 200',
    async tried(context) {
      const old = await context.newService('rotated');
      const oldToken = await context.serviceToken(old);
      const { credentials } = await rotateServiceAccount(context.ports, old.username);
      const refused = await context.call({ token: oldToken });
      if (refused.status === 200) return verdict(false, 'the old token is accepted');
      const isOldRefused = await context.serviceToken(old).then(
        () => false,
        (error: unknown) => error instanceof SignInRefusedError,
      );
      if (!isOldRefused) return verdict(false, 'the old secret is accepted');
      const token = await context.serviceToken(credentials);
      return compare(
        { status: 200, body: { username: old.username } },
        await context.call({ token }),
      );
    },
  },
];
