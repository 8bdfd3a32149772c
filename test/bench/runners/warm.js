/**
 * Many calls in one process: imports a bundle, warms it up, then measures each call in microseconds.
 * Arguments: the bundle, the event file, numbers of warm-up and measured calls, and optionally the
 * pause between calls in milliseconds and the `cgroup.procs` of a CPU share.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { lambdaContext } from './lambda-context.js';

const [, , file, eventFile, warmUp, calls, pause, share] = process.argv;
const { handler } = await import(pathToFileURL(file).href);
const context = lambdaContext();
// Lambda passes events and responses as text.
const text = readFileSync(eventFile, 'utf8');
const call = async () => JSON.stringify(await handler(JSON.parse(text), context));

for (let count = 0; count < Number(warmUp); count += 1) await call();
if (share) writeFileSync(share, String(process.pid));

const walls = new Float64Array(Number(calls));
const cpuAtStart = process.cpuUsage();
for (let count = 0; count < walls.length; count += 1) {
  if (pause) await sleep(Number(pause));
  const started = performance.now();
  await call();
  walls[count] = (performance.now() - started) * 1000;
}
const { user, system } = process.cpuUsage(cpuAtStart);
const { statusCode: status, body } = JSON.parse(await call());

walls.sort();
const figures = {
  cpu: (user + system) / walls.length,
  p50: walls[Math.floor(walls.length * 0.5)],
  p99: walls[Math.floor(walls.length * 0.99)],
  wall: walls.reduce((sum, wall) => sum + wall, 0) / walls.length,
  rss: process.memoryUsage.rss() / 1024 / 1024,
};
process.stdout.write(`\n${JSON.stringify({ figures, status, body })}\n`, () => process.exit());
