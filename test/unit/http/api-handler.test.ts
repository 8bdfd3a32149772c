import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../lib/account/errors.ts';
import { type ApiOptions, requestOf } from '../../../lib/http/api-handler.ts';
import { parseApiRequest } from '../../../lib/http/api-request.ts';
import { startRequestMetrics } from '../../../lib/http/request-metrics.ts';
import type { Caller } from '../../../lib/self-service/caller.ts';
import { anApiEvent } from '../../support/api-event.ts';
import { aCaller, aRecord, aTestContext, RULES } from '../../support/builders.ts';

const options: ApiOptions = {
  openPorts: () => aTestContext(),
  rules: RULES,
  identify: () => aCaller(aRecord()),
  corsOrigins: [],
  writeLine: () => {},
};

const aCall = (caller: Caller | null) => ({
  ...parseApiRequest(anApiEvent()),
  caller,
  watch: startRequestMetrics(false),
});

describe('requestOf', () => {
  it('hands on who calls', () => {
    const caller = aCaller(aRecord());

    const request = requestOf(aCall(caller), options);

    expect(request.caller).toEqual(caller);
  });

  it('refuses a request whose caller nobody checked', () => {
    expect(() => requestOf(aCall(null), options)).toThrow(new ProblemError('invalid_token'));
  });
});
