/**
 * Deployment hook: invokes a new version and checks its response. A call without claims must get the
 * `invalid_token` problem, which proves that the version loads, reads its settings and responds, and
 * touches no account. Knows no AWS service.
 */
import type { APIGatewayProxyResult } from 'aws-lambda';
import * as v from 'valibot';
import { ProblemError } from '../account/errors.ts';
import { createLog } from '../log.ts';
import { toProblemResponse } from './problem.ts';

/** What CodeDeploy sends a hook: the run of a deployment that waits for its result. */
const HookSchema = v.object({
  DeploymentId: v.pipe(v.string(), v.minLength(1)),
  LifecycleEventHookExecutionId: v.pipe(v.string(), v.minLength(1)),
});

export interface Hook {
  deploymentId: string;
  executionId: string;
}

/** Dependencies of the hook. */
export interface SmokeTestOptions {
  /** The versions to invoke. */
  targets: readonly string[];
  /** Invokes a version. @returns its response; throws when it does not respond or fails */
  invoke: (target: string, event: object) => Promise<unknown>;
  /** Tells CodeDeploy whether the deployment may proceed. */
  report: (hook: Hook, passed: boolean) => Promise<void>;
  /** Writes one line of log. */
  writeLine: (line: string) => void;
}

/** The handler of the hook. Always reports a result; otherwise CodeDeploy waits an hour. */
export function smokeTestHandler({ targets, invoke, report, writeLine }: SmokeTestOptions) {
  return async (event: unknown): Promise<void> => {
    const parsed = v.parse(HookSchema, event);
    const hook = {
      deploymentId: parsed.DeploymentId,
      executionId: parsed.LifecycleEventHookExecutionId,
    };
    const requestId = `smoke-test-${hook.deploymentId}`;
    const log = createLog({ requestId, extendedRequestId: null, traceId: null }, writeLine);
    const asked = targets.map(async (target) => {
      const response = await invoke(target, callWithoutClaims(requestId)).catch(() => null);
      const passed = isExpectedProblem(response, requestId);
      log({ event: 'SMOKE_TEST', target, passed });
      return passed;
    });
    const outcomes = await Promise.all(asked);
    await report(hook, outcomes.length > 0 && outcomes.every((passed) => passed));
  };
}

/** A call as the gateway would hand it over, had it let one in without a token. */
function callWithoutClaims(requestId: string): object {
  return {
    headers: {},
    multiValueHeaders: {},
    body: null,
    isBase64Encoded: false,
    requestContext: { requestId, authorizer: null },
  };
}

function isExpectedProblem(response: unknown, requestId: string): boolean {
  const expected = toProblemResponse(new ProblemError('invalid_token'), requestId);
  const ResponseSchema = v.object({
    statusCode: v.literal(expected.statusCode),
    headers: v.object(literals(expected.headers)),
    body: v.literal(expected.body),
  });
  return v.is(ResponseSchema, response);
}

function literals(headers: APIGatewayProxyResult['headers'] = {}) {
  const entries = Object.entries(headers).map(
    ([name, value]) => [name, v.literal(String(value))] as const,
  );
  return Object.fromEntries(entries);
}
