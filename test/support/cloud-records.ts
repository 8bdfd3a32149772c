/** What the local cloud has recorded of a deployment: logs, metrics, traces, the stack itself. */
import type { LocalStack } from '../../tools/machine/stack-file.ts';

/** One text, and where it is from. */
export interface CloudRecord {
  where: string;
  text: string;
}

/** Calls an operation of the cloud whose protocol is JSON, as in `Logs_20140328.DescribeLogGroups`. */
async function ask(stack: LocalStack, service: string, target: string, input: object) {
  const scope = `test/20260101/us-east-1/${service}/aws4_request`;
  const answer = await fetch(stack.endpointUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify(input),
  });
  if (!answer.ok) throw new Error(`${target} is answered ${answer.status}`);
  return (await answer.json()) as Record<string, unknown>;
}

/** Every line that the functions have written, the platform's own around them. */
export async function linesOfFunctions(stack: LocalStack): Promise<string[]> {
  const groups = await allPages(stack, 'DescribeLogGroups', {}, 'logGroups');
  const lines: string[] = [];
  for (const { logGroupName } of groups) {
    const events = await allPages(stack, 'FilterLogEvents', { logGroupName }, 'events');
    lines.push(...events.map(({ message }) => String(message).trimEnd()));
  }
  return lines.filter((line) => line !== '');
}

async function allPages(stack: LocalStack, operation: string, input: object, member: string) {
  const items: Record<string, unknown>[] = [];
  let nextToken: unknown;
  do {
    const target = `Logs_20140328.${operation}`;
    const page = await ask(stack, 'logs', target, {
      ...input,
      ...(nextToken ? { nextToken } : {}),
    });
    items.push(...((page[member] ?? []) as Record<string, unknown>[]));
    nextToken = page['nextToken'];
  } while (nextToken);
  return items;
}

/** Metrics, and everything CloudFormation has of the stack: template, parameters, outputs, events. */
export async function whatTheCloudKeeps(stack: LocalStack): Promise<CloudRecord[]> {
  const queries = [
    { service: 'monitoring', query: 'Action=ListMetrics&Version=2010-08-01' },
    ...['DescribeStacks', 'GetTemplate', 'DescribeStackEvents', 'DescribeStackResources'].map(
      (action) => ({
        service: 'cloudformation',
        query: `Action=${action}&Version=2010-05-15&StackName=current-user-local`,
      }),
    ),
  ];
  return Promise.all(
    queries.map(async ({ service, query }) => {
      const scope = `test/20260101/us-east-1/${service}/aws4_request`;
      const answer = await fetch(stack.endpointUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
        },
        body: query,
      });
      if (!answer.ok) throw new Error(`${query} is answered ${answer.status}`);
      return { where: query.split('&')[0] ?? '', text: await answer.text() };
    }),
  );
}
