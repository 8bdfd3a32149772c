/**
 * `npm start`: runs the service, the example app and the API reference on this machine until
 * Ctrl-C. Settings: CLOUD_PORT, APP_PORT, DOCS_PORT, EMAIL_CHANGE, SIGN_IN_NAMES.
 */
import { once } from 'node:events';
import { SIGN_IN_NAMES } from '../lib/contract.ts';
import { startLocalService } from './local/local-service.ts';
import { UserFacingError } from './support/progress.ts';
import { type LocalStack, removeStackFile, writeStackFile } from './support/stack-file.ts';

/** APP_PORT is the port of the stack's default redirect URI. */
const DEFAULT_PORTS = { CLOUD_PORT: 4566, APP_PORT: 5173, DOCS_PORT: 5174 };

type PortSetting = keyof typeof DEFAULT_PORTS;

/** @throws UserFacingError for a port that is none, or is chosen twice */
function chosenPorts(): Record<PortSetting, number> {
  const ports = {
    CLOUD_PORT: chosenPort('CLOUD_PORT'),
    APP_PORT: chosenPort('APP_PORT'),
    DOCS_PORT: chosenPort('DOCS_PORT'),
  };
  const entries = Object.entries(ports);
  for (const [index, [name, port]] of entries.entries()) {
    const twin = entries.slice(0, index).find(([, other]) => other === port && port !== 0);
    if (twin)
      throw new UserFacingError(`${twin[0]} and ${name} are both ${port}: choose different ports.`);
  }
  return ports;
}

function chosenPort(setting: PortSetting): number {
  const port = Number(process.env[setting] || DEFAULT_PORTS[setting]);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new UserFacingError(
    `${setting} must be a port number, or 0 for a free one: ${process.env[setting]}`,
  );
}

/** A setting of the stack by its variable: one of the values, by default the first. */
function chosenValue(variable: string, values: readonly string[]): string {
  const value = process.env[variable] || `${values[0]}`;
  if (values.includes(value)) return value;
  throw new UserFacingError(`${variable} must be ${values.join(' or ')}: ${value}`);
}

function describe(stack: LocalStack): string {
  const rows = [
    ...stack.people.map(({ signInName, password, about }) => [
      signInName,
      password ?? '(SSO)',
      about,
    ]),
    ...stack.serviceAccounts.map(({ username }) => [username, '(client)', 'a service account']),
  ];
  const width = Math.max(20, ...rows.map(([name = '']) => name.length));
  const table = rows.map(([name = '', password = '', about = '']) =>
    `  ${name.padEnd(width)} ${password.padEnd(24)} ${about}`.trimEnd(),
  );
  const curl = (name: string, rest = '') =>
    `  curl -s -H "authorization: Bearer $(npm run -s token -- ${name})"${rest} ${stack.apiUrl}/users/me`;
  const edit = ` -X PATCH -H 'content-type: application/json' -d '{"name":"Ada"}'`;
  return `
The service is ready.

${table.join('\n')}

  app      ${stack.appUrl}
  API      ${stack.apiUrl}/users/me
  docs     ${stack.docsUrl}
  sign-in  ${stack.authorizeUrl}
  tokens   ${stack.tokenUrl}
  mail     ${stack.endpointUrl}/_gate/outbox

Open the app and sign in with a name and password above. Or read, edit, read with a service account:

${curl('alice')}
${curl('alice', edit)}
${curl(stack.serviceAccounts[0]?.username ?? '')}

These values are also in .local/stack.json. Ctrl-C stops the service.
`;
}

const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => controller.abort());
}
const { signal } = controller;
try {
  const { CLOUD_PORT: cloudPort, APP_PORT: appPort, DOCS_PORT: docsPort } = chosenPorts();
  const pages = { appPort, docsPort };
  const settings = {
    emailChange: chosenValue('EMAIL_CHANGE', ['immediate', 'verified']),
    signInNames: chosenValue('SIGN_IN_NAMES', SIGN_IN_NAMES),
  };
  const name = `start-${cloudPort}`;
  const options = { name, cloudPort, pages, settings, print: console.log, signal };
  const service = await startLocalService(options);
  try {
    await writeStackFile(service.stack);
    console.log(describe(service.stack));
    if (!signal.aborted) await Promise.race([once(signal, 'abort'), service.ended]);
    if (!signal.aborted)
      throw new UserFacingError(`The cloud exited: the log is .local/${name}.log.`);
  } finally {
    console.log('Stopping ...');
    await removeStackFile(service.stack);
    await service.stop();
  }
} catch (error) {
  console.error(error instanceof UserFacingError ? error.message : error);
  process.exitCode = 1;
}
