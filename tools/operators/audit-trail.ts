/**
 * Audit trail of the account tool: who wrote which account and which parts of it, never a value. The
 * lines have the format of the functions' audit lines and go to the same log group, so that one query
 * finds both.
 */
import { randomUUID } from 'node:crypto';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { type AuditActor, createLog, type LogEvent } from '../../lib/log.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { accountChange } from '../../lib/self-service/events.ts';
import type { clientSettings } from '../support/cloud-access.ts';

type Written = Extract<
  LogEvent,
  { event: `ACCOUNT_${'CREATED' | 'CHANGED' | 'DELETED'}` | 'NAME_FREED' }
>;

/** Receives audit events. */
export interface AuditTrail {
  /** The operator; called before the first write, so that no write can go unaudited. */
  open(): Promise<AuditActor>;
  write(event: Written): Promise<void>;
}

/** A trail in that log group, for the owner of the credentials. */
export function createAuditTrail(
  logGroupName: string,
  settings: Partial<ReturnType<typeof clientSettings>>,
): AuditTrail {
  const logs = new CloudWatchLogsClient(settings);
  const run = randomUUID();
  const stream = { logGroupName, logStreamName: `operators/${run}` };
  let opened: Promise<AuditActor> | undefined;
  const open = async () => {
    const { Arn = 'unknown' } = await new STSClient(settings).send(new GetCallerIdentityCommand());
    await logs.send(new CreateLogStreamCommand(stream));
    return { actor: Arn, session: null, sourceAddress: null };
  };
  return {
    open() {
      opened ??= open();
      return opened;
    },
    async write(event) {
      const lines: string[] = [];
      createLog({ requestId: run, extendedRequestId: null, traceId: null }, (line) =>
        lines.push(line),
      )(event);
      const logEvents = lines.map((message) => ({ message, timestamp: Date.now() }));
      await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
    },
  };
}

/** The same ports, with an audit line after every write of a record, and after a name was freed. */
export function audited(ports: OperatorPorts, trail: AuditTrail): OperatorPorts {
  const { store, index } = ports;
  const changed = async (before: AccountRecord, after: AccountRecord, origin: AuditActor) => {
    const change = accountChange(before, after, changedParts(before, after));
    await trail.write({ ...change, ...origin });
    return after;
  };
  return {
    ...ports,
    store: {
      ...store,
      async create(record) {
        const origin = await trail.open();
        await store.create(record);
        await trail.write({ event: 'ACCOUNT_CREATED', subject: record.subject, ...origin });
      },
      async replace(current, next) {
        const origin = await trail.open();
        return changed(current, await store.replace(current, next), origin);
      },
      async remove(subject, record, createdFrom) {
        const origin = await trail.open();
        await store.remove(subject, record, createdFrom);
        if (record) await trail.write({ event: 'ACCOUNT_DELETED', subject, ...origin });
      },
    },
    index: {
      ...index,
      async move(record, subject) {
        const origin = await trail.open();
        return changed(record, await index.move(record, subject), origin);
      },
      async endRest(name, restingFor) {
        const origin = await trail.open();
        const isFreed = await index.endRest(name, restingFor);
        if (isFreed) await trail.write({ event: 'NAME_FREED', subject: restingFor, ...origin });
        return isFreed;
      },
    },
  };
}

/** Parts of a record that follow from every change. */
const COUNTED = new Set(['version', 'revision', 'updatedAt', 'fieldVersions']);

/** Names of the account's fields and the record's other members that differ. */
function changedParts(before: AccountRecord, after: AccountRecord): string[] {
  const { account, ...rest } = after;
  const differing = <Part extends object>(now: Part, old: Part) =>
    Object.entries(now)
      .filter(([name, value]) => !isSame(value, Reflect.get(old, name)))
      .map(([name]) => name);
  const parts = differing(rest, { ...before }).filter((part) => !COUNTED.has(part));
  return [...differing(account, before.account), ...parts];
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
