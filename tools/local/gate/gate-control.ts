/**
 * The gate's own endpoints below `/_gate/`, for tests and people: what AWS lets nobody do, such as
 * putting the clock forward. AWS has nothing like it.
 */
import * as v from 'valibot';
import type { Observations } from './aws-observations.ts';
import type { Clock } from './clock.ts';
import type { Quotas } from './cognito-quotas.ts';
import type { Behaviour, Forward, GateResponse } from './gate.ts';
import { outboxPage } from './outbox-page.ts';

const PREFIX = '/_gate/';

const ClockSchema = v.strictObject({ advanceSeconds: v.pipe(v.number(), v.minValue(0)) });

/** What the endpoints change. */
export interface Controlled {
  clock: Clock;
  quotas: Quotas;
  observations: Observations;
}

/** Serves the endpoints; everything else passes. */
export function createGateControl({ clock, quotas, observations }: Controlled): Behaviour {
  const endpoints: Record<string, (body: string, forward: Forward) => Promise<string> | string> = {
    'POST clock': (body) => {
      clock.advance(parse(ClockSchema, body).advanceSeconds);
      return '';
    },
    'POST quotas': (body) => {
      quotas.set(JSON.parse(body));
      return '';
    },
    'POST observations': (body) => {
      observations.override(JSON.parse(body));
      return '';
    },
    'GET outbox': (_body, forward) => outboxPage(forward),
  };
  return async (request, forward) => {
    if (!request.url.startsWith(PREFIX)) return forward(request);
    const endpoint = endpoints[`${request.method} ${request.url.slice(PREFIX.length)}`];
    if (!endpoint) return respond(404, 'There is no such endpoint.');
    try {
      const text = await endpoint(request.body.toString(), forward);
      return respond(text === '' ? 204 : 200, text);
    } catch (error) {
      if (!(error instanceof v.ValiError || error instanceof SyntaxError)) throw error;
      return respond(400, error.message);
    }
  };
}

const parse = <T extends v.GenericSchema>(schema: T, body: string): v.InferOutput<T> =>
  v.parse(schema, JSON.parse(body));

const respond = (status: number, text: string): GateResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: Buffer.from(text),
});
