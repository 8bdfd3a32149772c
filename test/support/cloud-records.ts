/** Reads what the local cloud recorded about a deployment: logs, metrics, traces, the stack. */
import {
  CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import type { LocalStack } from '../../tools/support/stack-file.ts';

/** A text and its origin. */
export interface CloudRecord {
  where: string;
  text: string;
}

/** Events of the log groups. @param isWanted selects groups by name */
export async function eventsOfLogs(
  { endpointUrl }: LocalStack,
  isWanted: (groupName: string) => boolean,
): Promise<FilteredLogEvent[]> {
  const client = new CloudWatchLogsClient(clientSettings(endpointUrl));
  const groups: string[] = [];
  for await (const page of paginateDescribeLogGroups({ client }, {})) {
    groups.push(...(page.logGroups ?? []).map(({ logGroupName = '' }) => logGroupName));
  }
  const events: FilteredLogEvent[] = [];
  for (const logGroupName of groups.filter(isWanted)) {
    for await (const page of paginateFilterLogEvents({ client }, { logGroupName })) {
      events.push(...(page.events ?? []));
    }
  }
  return events;
}

/** All log lines of the functions, including the platform's. */
export async function linesOfFunctions(stack: LocalStack): Promise<string[]> {
  const events = await eventsOfLogs(stack, () => true);
  return events.map(({ message = '' }) => message.trimEnd()).filter((line) => line !== '');
}

/** Metrics, and the stack in CloudFormation: template, parameters, outputs, events. */
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
      if (!answer.ok) throw new Error(`${query} returned ${answer.status}`);
      return { where: query.split('&')[0] ?? '', text: await answer.text() };
    }),
  );
}
