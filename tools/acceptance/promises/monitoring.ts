/** What operators are promised besides logs: metrics, traces, alarms, releases. */
import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { METRIC_DIMENSION, METRIC_NAMESPACE } from '../../../lib/metrics.ts';
import type { AcceptanceContext } from '../context.ts';
import { eventually, onAws } from '../eventually.ts';
import { notTried, verdict } from '../expectation.ts';
import type { AcceptancePromise } from '../runner.ts';
import { alarmsOf, lastDeployments } from '../stack-resources.ts';

/** Metrics of log lines arrive within minutes. */
const ATTEMPTS = 40;

export const MONITORING: readonly AcceptancePromise<AcceptanceContext>[] = [
  onAws(
    {
      id: 'metrics.latency',
      text: 'Requests become metrics of both functions',
      expected: 'samples of Latency for both in the last 15 minutes',
    },
    'the local cloud makes no metrics of log lines',
    async (context) => {
      const { getMeFunctionName, patchMeFunctionName } = context.target;
      const counts: string[] = [];
      for (const Value of [getMeFunctionName, patchMeFunctionName]) {
        const [sample] = await eventually(context, ATTEMPTS, async () => {
          const command = new GetMetricStatisticsCommand({
            Namespace: METRIC_NAMESPACE,
            MetricName: 'Latency',
            Dimensions: [{ Name: METRIC_DIMENSION, Value }],
            StartTime: new Date(Date.now() - 900_000),
            EndTime: new Date(),
            Period: 900,
            Statistics: ['SampleCount'],
          });
          return (await context.aws.cloudWatch.send(command)).Datapoints ?? [];
        });
        counts.push(`${Value}: ${sample?.SampleCount ?? 'none'}`);
      }
      return verdict(!counts.some((count) => count.endsWith('none')), counts.join(', '));
    },
  ),
  onAws(
    {
      id: 'trace.header',
      text: 'The gateway traces requests: its response names the trace',
      expected: 'x-amzn-trace-id with a Root',
    },
    'the local cloud traces nothing',
    async (context) => {
      const { headers } = await (await context.person('reader')).get();
      const trace = headers.get('x-amzn-trace-id');
      // AWS sends this header with every response of a function, and documents that nowhere.
      if (trace === null) return notTried('the response names no trace');
      return verdict(/Root=1-/.test(trace), trace);
    },
  ),
  {
    id: 'headers.remapped',
    text: 'A function’s WWW-Authenticate arrives as x-amzn-Remapped-WWW-Authenticate',
    expected: 'the remapped header, and none of the own name',
    async tried(context) {
      const { headers } = await context.call({
        method: 'PATCH',
        token: await context.serviceToken(await context.service(), ['users/me.read']),
        body: {},
      });
      const [own, remapped] = ['www-authenticate', 'x-amzn-remapped-www-authenticate'].map((name) =>
        headers.get(name),
      );
      return verdict(own === null && remapped !== null, `${own}, remapped ${remapped}`);
    },
  },
  onAws(
    {
      id: 'alarms',
      text: 'The alarms exist, and none rings',
      expected: 'at least one, none in ALARM',
    },
    'the local stage has no alarms',
    async (context) => {
      const alarms = await alarmsOf(context);
      const ringing = alarms.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
      const seen =
        ringing.length > 0 ? `in ALARM: ${ringing.join(', ')}` : `${alarms.length} alarms`;
      return verdict(alarms.length > 0 && ringing.length === 0, seen);
    },
  ),
  onAws(
    {
      id: 'release.last',
      text: 'The last deployment of each function succeeded',
      expected: 'Succeeded for each, or none after the first release',
    },
    'the local stage has no CodeDeploy',
    async (context) => {
      const statuses = await lastDeployments(context);
      const isHeld =
        statuses.length > 0 &&
        statuses.every(({ status }) => status === 'Succeeded' || status === 'none');
      return verdict(isHeld, statuses.map(({ group, status }) => `${group}: ${status}`).join(', '));
    },
  ),
];
