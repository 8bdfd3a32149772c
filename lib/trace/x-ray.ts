/**
 * The outside calls of a sampled request, as X-Ray takes them: a subsegment each, in a datagram to
 * the daemon that Lambda runs beside a function. Loaded for sampled requests only.
 */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { DependencyCall } from '../metrics.ts';

/** How X-Ray's map calls them. */
const NAMES = { store: 'DynamoDB', directory: 'Cognito' } satisfies Record<
  DependencyCall['to'],
  string
>;

/** What the daemon wants to read before a segment. */
const DATAGRAM_HEADER = '{"format":"json","version":1}\n';

// One for all requests, which keeps no process from ending.
const socket = createSocket('udp4').unref();

/**
 * Sends the calls, and resolves when they are on their way; datagrams may get lost.
 * @param traceHeader `Root=...;Parent=...;Sampled=1`: the trace, and the segment the calls belong to
 * @param daemonAddress host and port
 */
export async function sendCalls(
  traceHeader: string,
  daemonAddress: string,
  calls: readonly DependencyCall[],
): Promise<void> {
  const part = (name: string) => new RegExp(`${name}=([^;]*)`).exec(traceHeader)?.[1] ?? '';
  const [host = '', port = ''] = daemonAddress.split(':');
  for (const call of calls) {
    const segment = subsegment(call, part('Root'), part('Parent'));
    const datagram = `${DATAGRAM_HEADER}${JSON.stringify(segment)}`;
    await new Promise((resolve) => socket.send(datagram, Number(port), host, resolve));
  }
}

function subsegment(call: DependencyCall, trace_id: string, parent_id: string) {
  const { to, startedAt, milliseconds, failed } = call;
  return {
    type: 'subsegment',
    namespace: 'aws',
    name: NAMES[to],
    id: randomBytes(8).toString('hex'),
    trace_id,
    parent_id,
    start_time: startedAt / 1000,
    end_time: (startedAt + milliseconds) / 1000,
    ...(failed && { fault: true }),
  };
}
