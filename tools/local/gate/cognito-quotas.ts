/**
 * Request rate quotas of Cognito's operations, off until a test sets them: above its calls per second
 * an operation answers TooManyRequestsException, and the token endpoint 429.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
 */
import * as v from 'valibot';
import type { Clock } from './clock.ts';
import { onCognitoCall, refused } from './cognito-api.ts';
import { oauthError, pathOf } from './cognito-oauth.ts';
import type { Behaviour } from './gate.ts';

/** The path of the token endpoint, which is its name among the operations. */
const TOKEN_ENDPOINT = '/oauth2/token';

const QuotasSchema = v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(0)));

/** Quotas by operation, in calls per second; the token endpoint is called by its path. */
export interface Quotas {
  behaviour: Behaviour;
  /** Replaces all quotas. @throws ValiError */
  set(quotas: unknown): void;
}

/** No quotas. */
export function createQuotas(clock: Clock): Quotas {
  let limits: Record<string, number> = {};
  const calls = new Map<string, number[]>();
  const isAbove = (operation: string): boolean => {
    const limit = limits[operation];
    if (limit === undefined) return false;
    const now = clock.now();
    const recent = (calls.get(operation) ?? []).filter((at) => now - at < 1000);
    if (recent.length >= limit) return true;
    calls.set(operation, [...recent, now]);
    return false;
  };
  const onCall = onCognitoCall(async ({ operation, request, forward }) =>
    isAbove(operation) ? refused('TooManyRequestsException', 'Rate exceeded') : forward(request),
  );
  return {
    set: (quotas) => {
      limits = v.parse(QuotasSchema, quotas);
      calls.clear();
    },
    behaviour: async (request, forward) => {
      const isToken = request.method === 'POST' && pathOf(request) === TOKEN_ENDPOINT;
      if (!isToken || !isAbove(TOKEN_ENDPOINT)) return onCall(request, forward);
      return { ...oauthError('too_many_requests'), status: 429 };
    },
  };
}
