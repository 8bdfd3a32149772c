import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { authenticate } from '../../../lib/auth/access-token.ts';
import type { ApiContext } from '../../../lib/http/api-handler.ts';
import { getMeHandler } from '../../../lib/http/get-me-handler.ts';
import { patchMeHandler } from '../../../lib/http/patch-me-handler.ts';
import { type Hook, smokeTestHandler } from '../../../lib/http/smoke-test.ts';
import { aTestContext, RULES } from '../../support/builders.ts';
import { USER_POOL_ID } from '../../support/claims.ts';

const EVENT = { DeploymentId: 'd-ABC123', LifecycleEventHookExecutionId: 'execution-1' };

type Answer = { statusCode: number; headers: Record<string, unknown>; body: string };

/** A hook that asks one version, and what it reported. */
function aHook(answer: (event: object) => Promise<unknown>, targets = ['get-me:7']) {
  const reports: { hook: Hook; passed: boolean }[] = [];
  const asked: string[] = [];
  const lines: string[] = [];
  const handler = smokeTestHandler({
    targets,
    invoke: (target, event) => {
      asked.push(target);
      return answer(event);
    },
    report: async (hook, passed) => void reports.push({ hook, passed }),
    writeLine: (line) => void lines.push(line),
  });
  return { handler, reports, asked, lines };
}

/** What an operation really answers, as Lambda hands it over. */
const answerOf = (method: 'GET' | 'PATCH') => async (event: object) => {
  const makeHandler = method === 'GET' ? getMeHandler : patchMeHandler;
  const handler = makeHandler({
    openPorts: () => aTestContext(),
    rules: RULES,
    corsOrigins: [],
    authenticate: (claims) => authenticate(claims, USER_POOL_ID),
    patchClientIds: [],
    writeLine: () => undefined,
  });
  const answer = await handler(event as ApiContext, { functionName: 'a-function' } as Context);
  return JSON.parse(JSON.stringify(answer)) as Answer;
};
const answer = answerOf('GET');

describe('the smoke test of a deployment', () => {
  it.each(['GET', 'PATCH'] as const)('lets a version of %s pass that answers', async (method) => {
    const { handler, reports, lines } = aHook(answerOf(method));

    await handler(EVENT);

    const hook = { deploymentId: 'd-ABC123', executionId: 'execution-1' };
    expect(reports).toEqual([{ hook, passed: true }]);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        level: 'INFO',
        request_id: 'smoke-test-d-ABC123',
        event: 'SMOKE_TEST',
        target: 'get-me:7',
        passed: true,
      },
    ]);
  });

  it.each([
    ['does not answer', () => Promise.reject(new Error('timed out'))],
    ['fails to load', async () => ({ errorType: 'Error', errorMessage: 'Missing variables' })],
    ['answers nothing', async () => null],
    ['lets anybody in', async (event: object) => ({ ...(await answer(event)), statusCode: 200 })],
    ['fails inside', async (event: object) => ({ ...(await answer(event)), statusCode: 500 })],
    [
      'refuses for another reason',
      async (event: object) => {
        const { body, ...rest } = await answer(event);
        return { ...rest, body: body.replace('invalid_token', 'account_not_found') };
      },
    ],
    [
      'answers with no problem document',
      async (event: object) => {
        const refusal = await answer(event);
        const headers = { ...refusal.headers, 'Content-Type': 'application/json' };
        return { ...refusal, headers };
      },
    ],
  ])('stops a version that %s', async (_what, invoke) => {
    const { handler, reports } = aHook(invoke);

    await handler(EVENT);

    expect(reports.map(({ passed }) => passed)).toEqual([false]);
  });

  it('asks every version, and stops all of them for one that fails', async () => {
    const calls = [answerOf('GET'), () => Promise.reject(new Error('broken'))];
    const { handler, reports, asked } = aHook(
      (event) => calls.shift()?.(event) ?? Promise.resolve(null),
      ['get-me:7', 'patch-me:9'],
    );

    await handler(EVENT);

    expect(asked).toEqual(['get-me:7', 'patch-me:9']);
    expect(reports.map(({ passed }) => passed)).toEqual([false]);
  });

  it('stops a deployment where there is nothing to ask', async () => {
    const { handler, reports } = aHook(answer, []);

    await handler(EVENT);

    expect(reports.map(({ passed }) => passed)).toEqual([false]);
  });

  it('is called by deployments alone', async () => {
    const { handler, reports } = aHook(answer);

    await expect(handler({ DeploymentId: 'd-ABC123' })).rejects.toThrow();
    expect(reports).toEqual([]);
  });
});
