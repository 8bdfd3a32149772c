/**
 * One cold start in a fresh process: imports a bundle, answers one GET, prints what it took in
 * milliseconds. JavaScript, so that nothing is in the process but what Lambda would have there.
 * Arguments: the bundle, the file of the event, and the `cgroup.procs` of a CPU share or nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
// The SDK imports this for the stub's plain HTTP only, which costs all of them what AWS's HTTPS does not.
import 'node:http';
import { pathToFileURL } from 'node:url';
import { lambdaContext } from './lambda-context.js';

const [, , file, eventFile, share] = process.argv;
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const context = lambdaContext();
const url = pathToFileURL(file).href;

const cpuAtStart = process.cpuUsage();
const started = performance.now();
const { handler } = await import(url);
const imported = performance.now();
// Lambda gives a function all of a CPU while it is imported, and its share of one afterwards.
if (share) writeFileSync(share, String(process.pid));
const called = performance.now();
const answer = await handler(event, context);
const answered = performance.now();
const { user, system } = process.cpuUsage(cpuAtStart);

const figures = {
  init: imported - started,
  first: answered - called,
  total: imported - started + (answered - called),
  cpu: (user + system) / 1000,
  rss: process.memoryUsage.rss() / 1024 / 1024,
};
const { statusCode: status, body } = answer;
process.stdout.write(`\n${JSON.stringify({ figures, status, body })}\n`, () => process.exit());
