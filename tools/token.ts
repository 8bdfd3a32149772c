/** `npm run token -- <name> [--scope <scope>]...`: prints an access token of a demo account. */
import {
  SignInRefusedError,
  signIn,
  signInAsService,
  signInThroughProvider,
} from './local/sign-in.ts';
import { errorMessage, UserFacingError } from './support/progress.ts';
import { type LocalStack, readStackFile } from './support/stack-file.ts';
import { exitWithUsage, parseWords } from './support/usage.ts';

const USAGE = `Usage: npm run token -- <name> [--scope <scope>]...
Prints a new access token of a demonstration account of the local service (npm start).
  --scope <scope>  narrows the token, for example to users/me.read; may be repeated`;

async function accessToken(stack: LocalStack, name: string, scopes?: string[]) {
  const service = stack.serviceAccounts.find(({ username }) => username === name);
  if (service) return (await signInAsService(stack, service, scopes)).accessToken;
  const person = stack.people.find(({ username, signInName }) =>
    [username, signInName].includes(`${name}`),
  );
  if (!person) {
    const names = [...stack.people, ...stack.serviceAccounts].map(({ username }) => username);
    throw new UserFacingError(`No demonstration account has this name. Names: ${names.join(', ')}`);
  }
  const { signInName: username, password } = person;
  const { name: provider, identity } = stack.identityProvider;
  const tokens =
    password === null
      ? await signInThroughProvider(stack, { provider, identity }, scopes)
      : await signIn(stack, { username, password }, scopes);
  return tokens.accessToken;
}

function describeFailure(error: unknown): string {
  if (error instanceof SignInRefusedError) return `The sign-in failed: ${error.message}`;
  // fetch throws a TypeError with a cause when the connection fails.
  if (error instanceof TypeError && error.cause) {
    return 'The service in .local/stack.json does not respond: start it with npm start.';
  }
  return errorMessage(error);
}

const { positionals, values } = parseWords(USAGE, {
  options: { scope: { type: 'string', multiple: true } },
  allowPositionals: true,
});
const [name, ...more] = positionals;
if (name === undefined || more.length > 0) exitWithUsage(USAGE);
try {
  console.log(await accessToken(await readStackFile(), name, values.scope));
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}
