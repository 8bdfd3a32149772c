/** Composition root of `GET /users/me`: settings to ports to handler, and nothing else. */
import { parseCaller, READ_ACCESS } from '../lib/auth/caller.ts';
import { parseConfig } from '../lib/config.ts';
import { getMeHandler } from '../lib/http/get-me-handler.ts';
import { createAwsPorts } from './aws-ports.ts';
import { traceCalls } from './trace.ts';
import { warmUp } from './warm-up.ts';

const config = parseConfig(process.env);
const openPorts = createAwsPorts(config);

export const handler = getMeHandler({
  openPorts,
  rules: config,
  identify: (claims) => parseCaller(claims, config, READ_ACCESS),
  corsOrigins: config.corsOrigins,
  traceCalls,
  // One line of standard output is one line of log.
  writeLine: (line) => process.stdout.write(`${line}\n`),
});

await warmUp(openPorts);
