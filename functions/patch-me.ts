/** Composition root of `PATCH /users/me`: settings to ports to handler, and nothing else. */
import { commonPasswordCheck } from '../lib/account/password-policy.ts';
import { authenticate } from '../lib/auth/access-token.ts';
import { parseConfig } from '../lib/config.ts';
import { patchMeHandler } from '../lib/http/patch-me-handler.ts';
import { createAwsPorts } from './aws-ports.ts';
import { traceCalls } from './trace.ts';
import { warmUp } from './warm-up.ts';

const config = parseConfig(process.env);
const openPorts = createAwsPorts(config);

export const handler = patchMeHandler({
  openPorts,
  rules: {
    ...config,
    isCommonPassword: commonPasswordCheck(
      async () => (await import('./common-passwords.ts')).COMMON_PASSWORDS,
    ),
  },
  authenticate: (claims) => authenticate(claims, config.userPoolId),
  patchClientIds: config.patchClientIds,
  corsOrigins: config.corsOrigins,
  traceCalls,
  // One line of standard output is one line of log.
  writeLine: (line) => process.stdout.write(`${line}\n`),
});

await warmUp(openPorts);
