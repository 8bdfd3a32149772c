/** Where audit lines of the account tool go: the log group of a deployment, or the terminal. */
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { clientSettings } from '../support/cloud-access.ts';
import type { AuditSink } from './audit-trail.ts';

type Settings = Partial<ReturnType<typeof clientSettings>>;

/** A stream of its own for each run in that log group, with the credentials' owner as the operator. */
export function logGroupSink(logGroupName: string, settings: Settings): AuditSink {
  const logs = new CloudWatchLogsClient(settings);
  let logStreamName = '';
  return {
    name: `the log group ${logGroupName}`,
    identity: () => identityOf(settings),
    async begin(run) {
      logStreamName = `operators/${run}`;
      await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
    },
    async put(message) {
      const logEvents = [{ message, timestamp: Date.now() }];
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    },
  };
}

/** The emergency way: lines are printed, for the operator to keep. */
export function printedSink(print: (line: string) => void, settings: Settings): AuditSink {
  return {
    name: 'the terminal',
    // Whoever stops somebody must not fail because nobody can say who they are.
    identity: () => identityOf(settings).catch(() => 'unknown'),
    begin: async () => {},
    put: async (line) => print(`Keep this audit line: ${line}`),
  };
}

async function identityOf(settings: Settings): Promise<string> {
  const { Arn } = await new STSClient(settings).send(new GetCallerIdentityCommand());
  return Arn ?? 'unknown';
}
