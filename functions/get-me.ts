/** Composition root of `GET /users/me`: settings to ports to handler, and nothing else. */
import { parseCaller, READING } from '../lib/auth/caller.ts';
import { parseConfig } from '../lib/config.ts';
import { getMeHandler } from '../lib/http/get-me-handler.ts';
import { createAwsPorts } from './aws-ports.ts';
import { firstRead } from './first-read.ts';
import { traceCalls } from './trace.ts';

const config = parseConfig(process.env);
const openPorts = createAwsPorts(config);

export const handler = getMeHandler({
  openPorts,
  rules: config,
  identify: (claims) => parseCaller(claims, config, READING),
  corsOrigins: config.corsOrigins,
  traceCalls,
  // One line of standard output is one line of log.
  writeLine: (line) => process.stdout.write(`${line}\n`),
});

await firstRead(openPorts);
