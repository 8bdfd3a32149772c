/**
 * Request rate quotas of Cognito's operations, off until a test sets them: above its calls per second
 * an operation answers TooManyRequestsException.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
 */
import * as v from 'valibot';
import type { Clock } from './clock.ts';
import { onCognitoCall, refused } from './cognito-api.ts';
import type { Behaviour } from './gate.ts';

const QuotasSchema = v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(0)));

/** Quotas by operation, in calls per second. */
export interface Quotas {
  behaviour: Behaviour;
  /** Replaces all quotas. @throws ValiError */
  set(quotas: unknown): void;
}

/** No quotas. */
export function createQuotas(clock: Clock): Quotas {
  let limits: Record<string, number> = {};
  const calls = new Map<string, number[]>();
  return {
    set: (quotas) => {
      limits = v.parse(QuotasSchema, quotas);
      calls.clear();
    },
    behaviour: onCognitoCall(async ({ operation, request, forward }) => {
      const limit = limits[operation];
      if (limit === undefined) return forward(request);
      const now = clock.now();
      const recent = (calls.get(operation) ?? []).filter((at) => now - at < 1000);
      if (recent.length >= limit) return refused('TooManyRequestsException', 'Rate exceeded');
      calls.set(operation, [...recent, now]);
      return forward(request);
    }),
  };
}
