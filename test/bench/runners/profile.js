/**
 * The CPU profile of a cold start, or of warm calls after `warmUp` others. JavaScript, as cold.js.
 * Arguments: the bundle, the event file, the profile's file, numbers of warm-up and profiled calls;
 * no warm-up calls: the import is profiled, too.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import 'node:http';
import { pathToFileURL } from 'node:url';
import { lambdaContext } from './lambda-context.js';

const [, , file, eventFile, profileFile, warmUp, calls] = process.argv;
const INTERVAL_US = 100;
const context = lambdaContext();
// Lambda passes events and responses as text.
const text = readFileSync(eventFile, 'utf8');
const url = pathToFileURL(file).href;

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });

if (warmUp === '0') await session.post('Profiler.start');
const { handler } = await import(url);
const call = async () => JSON.stringify(await handler(JSON.parse(text), context));
for (let count = 0; count < Number(warmUp); count += 1) await call();
if (warmUp !== '0') await session.post('Profiler.start');
for (let count = 1; count < Number(calls); count += 1) await call();
const { statusCode: status, body } = JSON.parse(await call());
const { profile } = await session.post('Profiler.stop');
writeFileSync(profileFile, JSON.stringify(profile));

const figures = { samples: profile.samples.length };
process.stdout.write(`\n${JSON.stringify({ figures, status, body })}\n`, () => process.exit());
