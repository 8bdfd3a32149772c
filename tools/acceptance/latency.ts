/** How long requests take from here: a figure to look at, not a promise. */
import type { ApiResponse } from './api-client.ts';
import type { AcceptanceContext } from './context.ts';

const WARM_REQUESTS = 20;

/** Milliseconds of one operation's requests, network included. */
export interface Latency {
  operation: 'GET' | 'PATCH';
  /** The first request of the run, which finds a cold function if nobody called before. */
  first: number;
  median: number;
  slowest: number;
}

/** Measures both operations. Comes first in a run, so that functions may still be cold. */
export async function measureLatency(context: AcceptanceContext): Promise<Latency[]> {
  const { get, patch } = await context.newPerson('measured');
  return [
    { operation: 'GET', ...(await measure(() => get())) },
    { operation: 'PATCH', ...(await measure((count) => patch({ name: `Request ${count}` }))) },
  ];
}

async function measure(send: (count: number) => Promise<ApiResponse>) {
  const first = (await send(0)).milliseconds;
  const warm: number[] = [];
  for (let count = 1; count <= WARM_REQUESTS; count += 1) {
    warm.push((await send(count)).milliseconds);
  }
  warm.sort((one, other) => one - other);
  const at = (share: number) => Math.round(warm[Math.ceil(share * warm.length) - 1] ?? 0);
  return { first: Math.round(first), median: at(0.5), slowest: at(1) };
}

/** The figures as lines of text. */
export function latencyLines(latencies: readonly Latency[]): string[] {
  return latencies.map(
    ({ operation, first, median, slowest }) =>
      `${operation}: first request ${first} ms; then of ${WARM_REQUESTS} the median ${median} ms, the slowest ${slowest} ms`,
  );
}
