/** What operators are promised of logs: lines of requests and changes, and queries of them. */
import {
  DescribeQueryDefinitionsCommand,
  FilterLogEventsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { objectIn } from '../api-client.ts';
import type { AcceptanceContext } from '../context.ts';
import { eventually, onAws } from '../eventually.ts';
import { verdict } from '../expectation.ts';
import type { AcceptancePromise, Seen } from '../runner.ts';
import { dashboardQueries } from '../stack-resources.ts';

/** Logs arrive within seconds. */
const ATTEMPTS = 20;

/** The lines of one request in a log group. */
async function linesOf(context: AcceptanceContext, logGroupName: string, requestId: string) {
  const input = { logGroupName, filterPattern: `"${requestId}"`, startTime: Date.now() - 600_000 };
  const { events = [] } = await context.aws.logs.send(new FilterLogEventsCommand(input));
  const lines = events.map(({ message = '' }) => objectIn(message));
  return lines.filter((line) => line['request_id'] === requestId);
}

/** How many queries the log service takes, and the first that it refuses. */
async function startQueries(
  { aws }: AcceptanceContext,
  queries: readonly { name: string; queryString: string; logGroupNames: string[] }[],
): Promise<Seen> {
  const endTime = Math.floor(Date.now() / 1000);
  for (const { name, queryString, logGroupNames } of queries) {
    const input = { queryString, logGroupNames, startTime: endTime - 60, endTime };
    const refusal = await aws.logs.send(new StartQueryCommand(input)).then(
      () => null,
      (error: unknown) => error,
    );
    if (refusal instanceof Error && refusal.name === 'MalformedQueryException') {
      return verdict(false, `${name}: ${refusal.message}`);
    }
    if (refusal !== null) throw refusal;
  }
  return verdict(queries.length > 0, `${queries.length} queries taken`);
}

export const LOGS: readonly AcceptancePromise<AcceptanceContext>[] = [
  {
    id: 'log.request',
    text: 'A request’s line is in the log, under the id of its response',
    expected: 'one REQUEST_COMPLETED with status 200, without name or e-mail',
    async tried(context) {
      const { get, username, email } = await context.person('reader');
      const requestId = (await get()).headers.get('x-request-id') ?? '';
      const { getMeLogGroupName } = context.target;
      const lines = await eventually(context, ATTEMPTS, async () => {
        // The local cloud writes a line with the next call of its process.
        if (context.isLocal) await get();
        return linesOf(context, getMeLogGroupName, requestId);
      });
      const events = lines.map(({ event, status }) => `${event} ${status}`);
      const text = JSON.stringify(lines);
      if (text.includes(username) || text.includes(email))
        return verdict(false, 'a name in the log');
      return verdict(events.join() === 'REQUEST_COMPLETED 200', events.join(', ') || 'no line');
    },
  },
  {
    id: 'log.audit',
    text: 'A change leaves an audit line: who, which fields, from where, no value',
    expected: 'one ACCOUNT_CHANGED of job_title by the person',
    async tried(context) {
      const { patch, subject } = await context.person('writer');
      const job_title = context.name('audited');
      const requestId = (await patch({ job_title })).headers.get('x-request-id') ?? '';
      const { auditLogGroupName } = context.target;
      const lines = await eventually(context, ATTEMPTS, async () => {
        if (context.isLocal) await patch({});
        const found = await linesOf(context, auditLogGroupName, requestId);
        return found.filter(({ event }) => event === 'ACCOUNT_CHANGED');
      });
      const [line = {}] = lines;
      const isHeld =
        lines.length === 1 &&
        line['subject'] === subject &&
        line['actor'] === subject &&
        JSON.stringify(line['fields']) === '["job_title"]' &&
        typeof line['sourceAddress'] === 'string' &&
        !JSON.stringify(line).includes(job_title);
      return verdict(isHeld, lines.length === 0 ? 'no line' : `fields ${line['fields']}`);
    },
  },
  {
    id: 'dashboard.queries',
    text: 'The dashboard exists, and the log service takes its queries',
    expected: 'every query taken',
    tried: async (context) => startQueries(context, await dashboardQueries(context)),
  },
  onAws(
    {
      id: 'saved-queries',
      text: 'The log service takes the saved queries',
      expected: 'every query taken',
    },
    'the local stage saves no queries',
    async (context) => {
      const { deploymentName: prefix } = context.target;
      const command = new DescribeQueryDefinitionsCommand({
        queryDefinitionNamePrefix: `${prefix}/`,
      });
      const { queryDefinitions = [] } = await context.aws.logs.send(command);
      const queries = queryDefinitions.map(
        ({ name = '', queryString = '', logGroupNames = [] }) => ({
          name,
          queryString,
          logGroupNames,
        }),
      );
      return startQueries(context, queries);
    },
  ),
];
