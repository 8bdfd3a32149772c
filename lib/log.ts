/**
 * What the functions log: a closed list of events with listed fields, one JSON line each. Never an
 * event, header, token, body or value of a field.
 */
import type { ProblemCode } from './account/errors.ts';
import type { embeddedMetrics } from './metrics.ts';
import type { AccountChange, DomainEvent, EmailChange } from './self-service/events.ts';

/** Correlation of a line: the request's ids, and the trace id if the caller sent one. */
export interface LogContext {
  requestId: string;
  /** The gateway's own id of the request: a caller may choose the other one. */
  extendedRequestId: string | null;
  traceId: string | null;
}

/** Actor recorded in an audit line. */
export interface AuditActor {
  /** The subject of the token, or an operator. */
  actor: string;
  /** The session all tokens of one sign-in share (`origin_jti`), where there is one. */
  session: string | null;
  /** The address a request came from, as the gateway saw it. */
  sourceAddress: string | null;
}

/** One line per request, which CloudWatch also extracts metrics from. */
type CompletedRequest = {
  event: 'REQUEST_COMPLETED';
  operation: string;
  status: number;
  /** Null for a response that is no problem. */
  code: ProblemCode | null;
} & ReturnType<typeof embeddedMetrics>;

/** Audit events that name their subject alone. */
export type SubjectEvent =
  | 'ACCOUNT_CREATED'
  | 'ACCOUNT_DELETED'
  | 'ACCOUNT_SECOND_FACTORS_OFF'
  | 'ACCOUNT_ITEM_REMOVED'
  | 'NAME_FREED';

/** Everything that may be logged. */
export type LogEvent =
  | Exclude<DomainEvent, AccountChange | EmailChange>
  | ((AccountChange | EmailChange) & AuditActor)
  | ({ event: SubjectEvent; subject: string } & AuditActor)
  /** Written before the first write of a command of the operators' account tool. */
  | ({ event: 'OPERATOR_COMMAND'; command: string } & AuditActor)
  | CompletedRequest
  | ({
      event: 'PRIVILEGED_CHANGE_REFUSED';
      subject: string;
      fields: readonly string[];
    } & AuditActor)
  | ({ event: 'NAME_PROBE_REFUSED'; subject: string } & AuditActor)
  | { event: 'SMOKE_TEST'; target: string; passed: boolean }
  | ({ event: 'REQUEST_FAILED'; operation: string } & ErrorDescription);

/** Writes one event. */
export type Log = (event: LogEvent) => void;

const LEVELS: Partial<Record<LogEvent['event'], string>> = {
  REQUEST_FAILED: 'ERROR',
  PRIVILEGED_CHANGE_REFUSED: 'WARN',
  NAME_PROBE_REFUSED: 'WARN',
  NOTICE_FAILED: 'WARN',
};

/** A log whose lines carry the context of one request. */
export function createLog(context: LogContext, write: (line: string) => void): Log {
  return (entry) => {
    const { requestId, extendedRequestId, traceId } = context;
    const level = LEVELS[entry.event] ?? 'INFO';
    const ids = {
      request_id: requestId,
      ...(extendedRequestId !== null && { extended_request_id: extendedRequestId }),
      ...(traceId !== null && { trace_id: traceId }),
    };
    write(JSON.stringify({ level, ...ids, ...entry }));
  };
}

/** What may be said of an unexpected error. */
export interface ErrorDescription {
  error: string;
  /** Name of the error behind it. */
  cause?: string;
  stack: readonly string[];
}

/**
 * What may be said of an unexpected error: its name and where it was thrown. Messages stay out,
 * because those of libraries can quote what was sent.
 */
export function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) return { error: typeof error, stack: [] };
  const { name, message, stack = '' } = error;
  // A stack begins with the message, whose own lines could look like frames.
  const frames = stack.slice(stack.indexOf(message) + message.length).split('\n');
  const calls = frames.map((line) => line.trim()).filter((line) => line.startsWith('at '));
  const cause = error.cause instanceof Error ? { cause: error.cause.name } : {};
  return { error: name, ...cause, stack: calls.slice(0, 8) };
}
