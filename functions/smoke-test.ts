/** Composition root of the deployment hook: settings to AWS clients to handler, and nothing else. */
import { CodeDeploy } from '@aws-sdk/client-codedeploy';
import { Lambda } from '@aws-sdk/client-lambda';
import { parseSmokeTestTargets } from '../lib/config.ts';
import { smokeTestHandler } from '../lib/http/smoke-test.ts';

/** One attempt, abandoned in time to report that before the function's own timeout. */
const requestHandler = {
  connectionTimeout: 1000,
  requestTimeout: 7000,
  throwOnRequestTimeout: true,
};
const lambda = new Lambda({ maxAttempts: 1, requestHandler });
const codeDeploy = new CodeDeploy();

export const handler = smokeTestHandler({
  targets: parseSmokeTestTargets(process.env),
  invoke: async (FunctionName, event) => {
    const { Payload } = await lambda.invoke({ FunctionName, Payload: JSON.stringify(event) });
    return JSON.parse(Payload?.transformToString() ?? 'null');
  },
  report: async ({ deploymentId, executionId }, passed) => {
    await codeDeploy.putLifecycleEventHookExecutionStatus({
      deploymentId,
      lifecycleEventHookExecutionId: executionId,
      status: passed ? 'Succeeded' : 'Failed',
    });
  },
  // One line of standard output is one line of log.
  writeLine: (line) => process.stdout.write(`${line}\n`),
});
