/** Global set-up of tests on real tables: the local cloud with nothing deployed, and DynamoDB Local. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startCloud } from '../../tools/local/local-cloud.ts';
import { reservePort } from '../../tools/local/ports.ts';
import { ChildProcesses } from '../../tools/support/child-processes.ts';
import { LOCAL_FOLDER } from '../../tools/support/cloud-access.ts';
import { createProgress } from '../../tools/support/progress.ts';
import { ensurePythonEnvironment } from '../../tools/support/python-environment.ts';
import { startDynamoDbLocal } from './dynamodb-local.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Origin of the local cloud. */
    cloudUrl: string;
    /** Endpoint of DynamoDB Local; null without a suitable Java. */
    dynamoDbUrl: string | null;
  }
}

export default async function setUp(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'current-user-store-'));
  const children = new ChildProcesses(join(LOCAL_FOLDER, 'test-store.log'));
  const stops = [
    () => children.stop(),
    () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  ];
  const stop = async () => {
    for (const one of stops) await one();
  };
  try {
    const progress = createProgress(console.log, '.local/test-store.log');
    const python = await ensurePythonEnvironment('requirements', children, progress);
    const port = await reservePort(0);
    const cloud = await startCloud(children, { python, port, folder });
    stops.unshift(() => cloud.stop());
    const database = await startDynamoDbLocal();
    if (database !== null) stops.unshift(() => database.stop());
    project.provide('cloudUrl', cloud.endpoint);
    project.provide('dynamoDbUrl', database?.url ?? null);
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}
