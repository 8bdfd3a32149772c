/** Sends the dependency calls of sampled requests to X-Ray. The X-Ray client is imported lazily. */
import type { DependencyCall } from '../lib/metrics.ts';

/** Takes the calls of a completed request; most are not sampled, and cost nothing. */
export function traceCalls(calls: readonly DependencyCall[]): void {
  const { _X_AMZN_TRACE_ID: header = '', AWS_XRAY_DAEMON_ADDRESS: daemon } = process.env;
  if (daemon === undefined || !header.includes('Sampled=1') || calls.length === 0) return;
  import('../lib/trace/x-ray.ts')
    .then(({ sendCalls }) => sendCalls(header, daemon, calls))
    // Tracing must not fail a request.
    .catch(() => undefined);
}
