import { describe, expect, it } from 'vitest';
import { createLog, describeError, type LogContext, type LogEvent } from '../../lib/log.ts';

function linesOf(event: LogEvent, given: Partial<LogContext> = {}): string[] {
  const lines: string[] = [];
  const context = { requestId: 'request-1', extendedRequestId: null, traceId: null, ...given };
  createLog(context, (line) => void lines.push(line))(event);
  return lines;
}

const CONFLICT = { event: 'WRITE_CONFLICT', subject: 's', attempt: 1 } as const;
const ORIGIN = { actor: 's', session: 'session-1', sourceAddress: '203.0.113.7' };

describe('createLog', () => {
  it('writes one JSON line with the request it belongs to', () => {
    const lines = linesOf({ event: 'ACCOUNT_PROVISIONED', subject: 'a\nb' });

    expect(lines).toEqual([
      '{"level":"INFO","request_id":"request-1","event":"ACCOUNT_PROVISIONED","subject":"a\\nb"}',
    ]);
  });

  it('names the trace of the caller', () => {
    const [line = ''] = linesOf(CONFLICT, { traceId: 'trace-1' });

    expect(JSON.parse(line)).toEqual({
      level: 'INFO',
      request_id: 'request-1',
      trace_id: 'trace-1',
      ...CONFLICT,
    });
  });

  it("names the gateway's own id, which tells requests of one chosen id apart", () => {
    const ids = ['extended-1', 'extended-2'];
    const lines = ids.flatMap((extendedRequestId) => linesOf(CONFLICT, { extendedRequestId }));

    expect(lines.map((line) => JSON.parse(line))).toEqual(
      ids.map((id) =>
        expect.objectContaining({ request_id: 'request-1', extended_request_id: id }),
      ),
    );
  });

  it('leaves out ids that a request does not have', () => {
    expect(linesOf(CONFLICT).join()).not.toMatch(/trace_id|extended_request_id/);
  });

  it.each<{ event: LogEvent; level: string }>([
    { event: CONFLICT, level: 'INFO' },
    {
      event: { event: 'PRIVILEGED_CHANGE_REFUSED', subject: 's', fields: [], ...ORIGIN },
      level: 'WARN',
    },
    { event: { event: 'NAME_PROBE_REFUSED', subject: 's', ...ORIGIN }, level: 'WARN' },
    {
      event: { event: 'REQUEST_FAILED', operation: 'getMe', error: 'Error', stack: [] },
      level: 'ERROR',
    },
  ])('logs $event.event at $level', ({ event, level }) => {
    const [line = ''] = linesOf(event);

    expect(JSON.parse(line)).toMatchObject({ level });
  });
});

describe('describeError', () => {
  it('says the name of an error and where it was thrown', () => {
    const { error, stack } = describeError(new TypeError('secret'));

    expect(error).toBe('TypeError');
    expect(stack[0]).toMatch(/^at .*log\.test\.ts/);
  });

  it('says the first eight frames only', () => {
    const error = new Error('x');
    error.stack = `Error: x${'\n    at f (file.ts:1:1)'.repeat(20)}`;

    expect(describeError(error).stack).toEqual(Array(8).fill('at f (file.ts:1:1)'));
  });

  it.each([
    { what: 'of one line', message: 'secret' },
    { what: 'of several lines', message: 'wrong value:\nsecret\n  secret' },
    { what: 'with lines that look like frames', message: 'wrong value:\n    at secret' },
  ])('leaves out a message $what', ({ message }) => {
    expect(JSON.stringify(describeError(new Error(message)))).not.toContain('secret');
  });

  it('names the cause, and leaves out its message and all other properties', () => {
    const error = Object.assign(new Error('x', { cause: new Error('secret') }), { body: 'secret' });

    const described = describeError(error);

    expect(Object.keys(described)).toEqual(['error', 'cause', 'stack']);
    expect(JSON.stringify(described)).not.toContain('secret');
  });

  it('makes do without a stack', () => {
    const error = new Error('x');
    delete error.stack;

    expect(describeError(error)).toEqual({ error: 'Error', stack: [] });
  });

  it.each([
    { thrown: 'secret', error: 'string' },
    { thrown: undefined, error: 'undefined' },
    { thrown: { message: 'secret' }, error: 'object' },
  ])('says of something thrown that is no error: $error', ({ thrown, error }) => {
    expect(describeError(thrown)).toEqual({ error, stack: [] });
  });
});
