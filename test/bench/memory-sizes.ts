/** Latency and cost by memory size: runs the product under the CPU share of each. */
import type { Competitor } from './competitor-process.ts';
import type { CpuShare } from './cpu-share.ts';
import { GET_CALL } from './fixture.ts';
import { type Part, runRounds, valuesOf } from './rounds.ts';
import { type Summary, summary } from './statistics.ts';

const MEMORY_SIZES = [256, 512, 768, 1024, 1769] as const;

/** Prices of arm64 functions in us-east-1, in dollars, as of 2026-11. */
const PRICES = { gigabyteSecond: 0.0000133334, millionCalls: 0.2 };
/** Assumed latency of a DynamoDB call on AWS, in milliseconds. */
const DYNAMODB_MILLISECONDS = 4;

/** Latency and cost at one memory size. */
export interface SizeFigures {
  megabytes: number;
  /** In milliseconds: a cold start, its part after initialisation, and a warm call. */
  coldStart: Summary;
  firstCall: Summary;
  warmCall: Summary;
  /** US dollars per million, including request charges. */
  warmCost: number;
  coldCost: number;
}

/** Runs the product at each size. */
export async function measureSizes(
  product: Competitor,
  share: CpuShare,
  runs: { cold: number; warm: number; calls: number },
): Promise<{ parts: Part[]; sizes: SizeFigures[] }> {
  const parts: Part[] = [];
  const sizes: SizeFigures[] = [];
  for (const megabytes of MEMORY_SIZES) {
    share.resize(megabytes);
    const common = { warmUpRounds: 0, call: GET_CALL };
    const cold = await runRounds([product], {
      ...common,
      name: `memory ${megabytes} cold`,
      kind: 'cold',
      rounds: runs.cold,
      args: [share.procsFile],
    });
    const warm = await runRounds([product], {
      ...common,
      name: `memory ${megabytes} warm`,
      kind: 'warm',
      rounds: runs.warm,
      // Pauses longer than a quota period, as between calls of different users.
      args: ['300', String(runs.calls), '25', share.procsFile],
    });
    parts.push(cold, warm);
    sizes.push(figuresOf(megabytes, cold, warm));
  }
  return { parts, sizes };
}

function figuresOf(megabytes: number, cold: Part, warm: Part): SizeFigures {
  const coldStart = summary(valuesOf(cold, 'product', 'total'));
  const warmCall = summary(valuesOf(warm, 'product', 'wall').map((wall) => wall / 1000));
  const cost = (milliseconds: number) => {
    // Lambda bills whole milliseconds, including initialisation.
    const seconds = Math.ceil(milliseconds) / 1000;
    return seconds * (megabytes / 1024) * PRICES.gigabyteSecond * 1e6 + PRICES.millionCalls;
  };
  return {
    megabytes,
    coldStart,
    firstCall: summary(valuesOf(cold, 'product', 'first')),
    warmCall,
    warmCost: cost(warmCall.median + DYNAMODB_MILLISECONDS),
    coldCost: cost(coldStart.median + 2 * DYNAMODB_MILLISECONDS),
  };
}
