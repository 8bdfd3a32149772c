/** The deployment hook as Lambda loads it, against the deployed functions and a fake CodeDeploy. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../tools/support/cloud-access.ts';
import { stack } from '../support/deployed-service.ts';
import { listenOnLoopback } from '../support/loopback.ts';

const run = promisify(execFile);
const EVENT = { DeploymentId: 'd-ABC123', LifecycleEventHookExecutionId: 'execution-1' };

const received: unknown[] = [];
const codeDeploy = createServer(async (request, response) => {
  const target = request.headers['x-amz-target'];
  received.push({ target, body: JSON.parse(await text(request)) });
  response.setHeader('content-type', 'application/x-amz-json-1.1').end('{}');
});

let folder: string;
let codeDeployUrl: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoke-test-'));
  codeDeployUrl = await listenOnLoopback(codeDeploy);
  const bundler = join(PROJECT_ROOT, 'infra', 'api', 'bundle', 'bundle.ts');
  await run(process.execPath, [bundler, 'smoke-test', folder]);
});
afterAll(async () => {
  codeDeploy.close();
  await rm(folder, { recursive: true });
});

/** Runs the hook as a deployment would. @returns the status it reported to CodeDeploy */
async function runHook(targets: string[]) {
  received.length = 0;
  const script = `const { handler } = await import(${JSON.stringify(join(folder, 'index.mjs'))});
    await handler(${JSON.stringify(EVENT)});`;
  await run(process.execPath, ['--input-type=module', '-e', script], {
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_LAMBDA: stack.endpointUrl,
      AWS_ENDPOINT_URL_CODEDEPLOY: codeDeployUrl,
      SMOKE_TEST_TARGETS: targets.join(','),
    },
  });
  return received;
}

const report = (status: string) => ({
  target: 'CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus',
  body: { deploymentId: 'd-ABC123', lifecycleEventHookExecutionId: 'execution-1', status },
});

describe('the smoke test of a deployment', () => {
  it('passes for the deployed functions', async () => {
    const { getMeFunctionName, patchMeFunctionName } = stack;

    expect(await runHook([getMeFunctionName, patchMeFunctionName])).toEqual([report('Succeeded')]);
  });

  it('fails a deployment with a missing function', async () => {
    expect(await runHook([stack.getMeFunctionName, 'no-such-function'])).toEqual([
      report('Failed'),
    ]);
  });
});
