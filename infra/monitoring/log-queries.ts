/**
 * CloudWatch Logs Insights queries of the dashboard and the runbook, saved in the console. Their
 * fields are defined in lib/log.ts and, for the access log, in infra/api/users-api.ts.
 */
import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** A query and the log groups it reads. */
export interface LogQuery {
  readonly logs: 'functions' | 'access' | 'all';
  /** One Insights command per line. */
  readonly lines: readonly string[];
}

/** All queries by name. */
export const LOG_QUERIES = {
  'traffic-by-operation': {
    logs: 'functions',
    lines: [
      'filter event = "REQUEST_COMPLETED"',
      'stats count(*) as requests, sum(ServerErrors) as failures, sum(ColdStarts) as coldStarts, pct(Latency, 99) as p99 by operation',
      'sort operation asc',
    ],
  },
  'refusals-by-code': {
    logs: 'functions',
    lines: [
      'filter event = "REQUEST_COMPLETED" and status >= 400',
      'stats count(*) as requests by operation, status, code',
      'sort requests desc',
    ],
  },
  'gateway-refusals': {
    logs: 'access',
    lines: [
      'filter status >= 400',
      'stats count(*) as calls by status, refusal',
      'sort calls desc',
    ],
  },
  callers: {
    logs: 'access',
    lines: ['stats count(*) as calls by sourceIp, clientId', 'sort calls desc', 'limit 10'],
  },
  failures: {
    logs: 'functions',
    lines: [
      'filter event = "REQUEST_FAILED"',
      'stats count(*) as failures by operation, error, cause',
      'sort failures desc',
    ],
  },
  'slow-requests': {
    logs: 'functions',
    lines: [
      'filter event = "REQUEST_COMPLETED"',
      'sort Latency desc',
      'limit 20',
      'display @timestamp, request_id, operation, status, Latency, ColdStarts, WriteConflicts',
    ],
  },
  'finished-changes': {
    logs: 'functions',
    lines: [
      'filter event = "INTENT_FINISHED"',
      'stats count(*) as changes, max(ageSeconds) as oldest by outcome',
    ],
  },
  'privileged-attempts': {
    logs: 'functions',
    lines: [
      'filter event = "PRIVILEGED_CHANGE_REFUSED"',
      'stats count(*) as attempts by subject, sourceAddress',
      'sort attempts desc',
    ],
  },
  'name-probes': {
    logs: 'functions',
    lines: [
      'filter event = "NAME_PROBE_REFUSED"',
      'stats count(*) as attempts by subject, sourceAddress',
      'sort attempts desc',
    ],
  },
  'failed-notices': {
    logs: 'functions',
    lines: [
      'filter event = "NOTICE_FAILED"',
      'stats count(*) as notices, count_distinct(subject) as accounts by error',
      'sort notices desc',
    ],
  },
  'changes-of-accounts': {
    logs: 'functions',
    lines: [
      'filter event like /^(ACCOUNT_|EMAIL_CHANGE)/',
      'sort @timestamp desc',
      'limit 100',
      'display @timestamp, event, subject, actor, session, sourceAddress, fields.0, fields.1, fields.2, step, fromVersion, toVersion, request_id',
    ],
  },
  'one-request': {
    logs: 'all',
    lines: [
      'filter request_id = "REQUEST_ID" or requestId = "REQUEST_ID" or extended_request_id = "REQUEST_ID" or extendedRequestId = "REQUEST_ID"',
      'sort @timestamp asc',
      'display @message',
    ],
  },
} as const satisfies Record<string, LogQuery>;

export type LogQueryName = keyof typeof LOG_QUERIES;

/** The log groups that queries read. */
export type LogSources = Readonly<Record<LogQuery['logs'], readonly ILogGroup[]>>;

/** The queries, saved in the console in a folder of that name. */
export class SavedQueries extends Construct {
  constructor(scope: Construct, id: string, props: { logs: LogSources; folder: string }) {
    super(scope, id);
    for (const [name, { logs, lines }] of Object.entries<LogQuery>(LOG_QUERIES)) {
      new CfnQueryDefinition(this, name, {
        name: `${props.folder}/${name}`,
        queryString: lines.join('\n| '),
        logGroupNames: props.logs[logs].map(({ logGroupName }) => logGroupName),
      });
    }
  }
}
