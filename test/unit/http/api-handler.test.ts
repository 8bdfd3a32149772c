import { describe, expect, it } from 'vitest';
import { toCallContext } from '../../../lib/http/api-handler.ts';
import { parseApiRequest } from '../../../lib/http/api-request.ts';
import { startRequestMetrics } from '../../../lib/http/request-metrics.ts';
import type { LogEvent } from '../../../lib/log.ts';
import { anApiEvent } from '../../support/api-event.ts';
import { aCaller, aRecord } from '../../support/builders.ts';

/** A request, and what was logged of it. */
function aContext() {
  const logged: LogEvent[] = [];
  const context = {
    request: parseApiRequest(anApiEvent()),
    metrics: startRequestMetrics(false),
    log: (event: LogEvent) => void logged.push(event),
  };
  return { context, logged };
}

describe('toCallContext', () => {
  it('hands on who calls', () => {
    const caller = aCaller(aRecord());

    expect(toCallContext(aContext().context, caller).caller).toEqual(caller);
  });

  it('names the actor of a change in the log', () => {
    const caller = aCaller(aRecord());
    const { context, logged } = aContext();
    const change = { subject: caller.subject, fields: ['name'], fromVersion: 1, toVersion: 2 };

    toCallContext(context, caller).report({ event: 'ACCOUNT_CHANGED', ...change });

    const { sourceAddress } = context.request;
    expect(logged).toEqual([
      {
        event: 'ACCOUNT_CHANGED',
        ...change,
        actor: caller.subject,
        session: caller.originJti,
        sourceAddress,
      },
    ]);
  });

  it('counts what is reported', () => {
    const caller = aCaller(aRecord());
    const { context } = aContext();

    toCallContext(context, caller).report({
      event: 'ACCOUNT_PROVISIONED',
      subject: caller.subject,
    });

    const metrics = context.metrics.toMetrics({ status: 200, code: null });
    expect(metrics).toMatchObject({ AccountsProvisioned: 1 });
  });
});
