/** Performance targets relative to the peers, and whether a run meets them. */
import { type Part, valuesOf } from './rounds.ts';
import { ratios, type Summary } from './statistics.ts';

interface Target {
  part: string;
  figure: string;
  peer: string;
  atMost: number;
}

const cold = (peer: string, atMost: number, part = 'cold'): Target => ({
  part,
  figure: 'total',
  peer,
  atMost,
});
const share = (peer: string, atMost: number) => cold(peer, atMost, 'share');
const warm = (peer: string, atMost: number, part = 'warm', figure = 'cpu'): Target => ({
  part,
  figure,
  peer,
  atMost,
});
const FRAMEWORKS = ['hono', 'powertools', 'express', 'fastify', 'fastapi'];

const TARGETS: readonly Target[] = [
  cold('bare', 0.5),
  cold('bareExternal', 0.8),
  cold('no-sdk-baseline', 4.5),
  cold('hono', 0.65),
  cold('powertools', 0.65),
  cold('express', 0.55),
  cold('fastify', 0.4),
  cold('fastapi', 0.2),
  share('bare', 0.4),
  share('bareExternal', 0.6),
  share('hono', 0.45),
  share('fastify', 0.25),
  warm('bare', 1.08),
  ...FRAMEWORKS.map((peer) => warm(peer, 0.9)),
  warm('no-sdk-baseline', 2.5, 'warm', 'p99'),
  cold('bare', 0.6, 'patch-cold'),
  warm('bare', 1.15, 'patch-warm'),
  ...FRAMEWORKS.map((peer) => warm(peer, 1, 'patch-warm')),
];

/** Target for the bytes of code that a cold start of getMe loads. */
export const EAGER_BYTES_TARGET = 200 * 1024;
/** More than there are, so that a test notices where they grow. */
export const EAGER_BYTES_MAX = 216 * 1024;

/** A target and the measured ratio of the product's figure to the peer's. */
export interface Outcome extends Target {
  ratio: Summary;
  kept: boolean;
}

/** Outcomes of the targets whose part ran; the median ratio decides. */
export function outcomesOf(parts: readonly Part[]): Outcome[] {
  return TARGETS.flatMap((target) => {
    const part = parts.find(({ name }) => name === target.part);
    if (part === undefined) return [];
    const { figure, peer, atMost } = target;
    const ratio = ratios(valuesOf(part, 'product', figure), valuesOf(part, peer, figure));
    return [{ ...target, ratio, kept: ratio.median <= atMost }];
  });
}
