/**
 * Audit trail of the account tool: who wrote which account and which parts of it, never a value. The
 * lines have the format of the functions' audit lines and go to the same log group, so that one query
 * finds both.
 */
import { randomUUID } from 'node:crypto';
import { type AuditActor, createLog, type LogEvent, type SubjectEvent } from '../../lib/log.ts';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import { failureReason } from './aws-failure.ts';

/** What the tool writes of its changes. */
export type Written = Extract<LogEvent, { event: SubjectEvent | 'ACCOUNT_CHANGED' }>;

/** Where the lines of a run go. */
export interface AuditSink {
  /** As a sentence names it. */
  name: string;
  /** Who writes, as an ARN. */
  identity(): Promise<string>;
  /** Makes the place for the lines of a run; called once, before the first of them. */
  begin(run: string): Promise<void>;
  put(line: string): Promise<void>;
}

/** Receives audit events. */
export interface AuditTrail {
  /**
   * The operator. Called before every write: the first call makes the trail and writes a line, so that
   * no write can go unaudited.
   * @throws OperationError when that fails; nothing has been changed then
   */
  open(): Promise<AuditActor>;
  /** Never rejects: what was changed is changed. A line that cannot be written is handed to `keep`. */
  write(event: Written): Promise<void>;
}

/**
 * A trail in that sink.
 * @param command the command that opens it
 * @param keep told of each line that could not be written, in a sentence
 */
export function createAuditTrail(
  sink: AuditSink,
  command: string,
  keep: (sentence: string) => void,
): AuditTrail {
  const run = randomUUID();
  const lineOf = (event: LogEvent): string => {
    const lines: string[] = [];
    const context = { requestId: run, extendedRequestId: null, traceId: null };
    createLog(context, (line) => lines.push(line))(event);
    return lines.join();
  };
  const open = async (): Promise<AuditActor> => {
    try {
      const origin = { actor: await sink.identity(), session: null, sourceAddress: null };
      await sink.begin(run);
      await sink.put(lineOf({ event: 'OPERATOR_COMMAND', command, ...origin }));
      return origin;
    } catch (error) {
      throw new OperationError(
        `Nothing was changed, because the audit trail in ${sink.name} cannot be written: ${failureReason(error)}.`,
        { cause: error },
      );
    }
  };
  let opened: Promise<AuditActor> | undefined;
  return {
    open() {
      opened ??= open();
      return opened;
    },
    async write(event) {
      const line = lineOf(event);
      await sink.put(line).catch((error) => {
        const reason = failureReason(error);
        keep(`Keep this audit line, which ${sink.name} did not take (${reason}): ${line}`);
      });
    },
  };
}
