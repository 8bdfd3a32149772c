/**
 * One cold start in a fresh process: imports a bundle, handles one GET and prints the times in
 * milliseconds. JavaScript, so that the process loads nothing that Lambda would not.
 * Arguments: the bundle, the event file, and optionally the `cgroup.procs` of a CPU share.
 */
import { readFileSync, writeFileSync } from 'node:fs';
// Preloaded, because the SDK needs it only for the stub's plain HTTP, not for AWS's HTTPS.
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
// Lambda gives a function a full CPU during initialisation, and its share afterwards.
if (share) writeFileSync(share, String(process.pid));
const called = performance.now();
const response = await handler(event, context);
const responded = performance.now();
const { user, system } = process.cpuUsage(cpuAtStart);

const figures = {
  init: imported - started,
  first: responded - called,
  total: imported - started + (responded - called),
  cpu: (user + system) / 1000,
  rss: process.memoryUsage.rss() / 1024 / 1024,
};
const { statusCode: status, body } = response;
process.stdout.write(`\n${JSON.stringify({ figures, status, body })}\n`, () => process.exit());
