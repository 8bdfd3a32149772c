/** What `npm start` says of the running service. */
import type { LocalStack } from '../support/stack-file.ts';

/** The accounts, the URLs, and what to do with them. */
export function describeService(stack: LocalStack): string {
  const curl = (name: string, rest = '') =>
    `  curl -s -H "authorization: Bearer $(npm run -s token -- ${name})"${rest} ${stack.apiUrl}/users/me`;
  const edit = ` -X PATCH -H 'content-type: application/json' -d '{"name":"Ada"}'`;
  const [open, read] = stack.appUrl
    ? ['Open the app and sign in with a name and password above. ', 'Or read, edit, read']
    : ['', 'Read, edit, read'];
  return `
The service is ready.

${accountTable(stack)}

  app      ${stack.appUrl ?? '(off)'}
  API      ${stack.apiUrl}/users/me
  docs     ${stack.docsUrl ?? '(off)'}
  sign-in  ${stack.authorizeUrl}
  tokens   ${stack.tokenUrl}
  mail     ${stack.endpointUrl}/_gate/outbox
  client   ${stack.spaClientId}
  callback ${stack.callbackUrls.join(' ')}

${open}${read} with a service account:

${curl('alice')}
${curl('alice', edit)}
${curl(stack.serviceAccounts[0]?.username ?? '')}

A page of your own can use this client with a callback URL above; for another one: CALLBACK_URLS=http://localhost:3000/callback npm start.
These values are also in .local/stack.json. Ctrl-C stops the service.
`;
}

function accountTable({ people, serviceAccounts }: LocalStack): string {
  const rows = [
    ...people.map(({ signInName, password, about }) => [signInName, password ?? '(SSO)', about]),
    ...serviceAccounts.map(({ username }) => [username, '(client)', 'a service account']),
  ];
  const width = Math.max(20, ...rows.map(([name = '']) => name.length));
  return rows
    .map(([name = '', password = '', about = '']) =>
      `  ${name.padEnd(width)} ${password.padEnd(24)} ${about}`.trimEnd(),
    )
    .join('\n');
}
