/**
 * What the functions log: a closed list of events with listed fields, one JSON line each. Never an
 * event, header, token, body or value of a field.
 */
import type { ErrorCode } from './domain/errors.ts';
import type { DomainEvent } from './domain/events.ts';

/** Where the request of a line is found again: its id, and its trace if the caller sent one. */
export interface LogContext {
  requestId: string;
  traceId: string | null;
}

/** Everything that may be logged. */
export type LogEvent =
  | DomainEvent
  | { event: 'REQUEST_REFUSED'; operation: string; code: ErrorCode; status: number }
  | { event: 'PRIVILEGED_CHANGE_REFUSED'; subject: string; fields: readonly string[] }
  | ({ event: 'REQUEST_FAILED'; operation: string } & ErrorDescription);

/** Writes one event. */
export type Log = (event: LogEvent) => void;

const LEVELS: Partial<Record<LogEvent['event'], string>> = {
  REQUEST_FAILED: 'ERROR',
  PRIVILEGED_CHANGE_REFUSED: 'WARN',
};

/** A log whose lines carry the context of one request. */
export function createLog(context: LogContext, write: (line: string) => void): Log {
  return (entry) => {
    const { requestId, traceId } = context;
    const level = LEVELS[entry.event] ?? 'INFO';
    const trace = traceId === null ? {} : { trace_id: traceId };
    write(JSON.stringify({ level, request_id: requestId, ...trace, ...entry }));
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
