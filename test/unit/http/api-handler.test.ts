import { describe, expect, it } from 'vitest';
import { RequestRefusedError } from '../../../lib/domain/errors.ts';
import { type ApiOptions, requestOf } from '../../../lib/http/api-handler.ts';
import { parseApiRequest } from '../../../lib/http/api-request.ts';
import { anApiEvent } from '../../support/api-event.ts';
import { aCaller, aRecord, aWorld, RULES } from '../../support/builders.ts';

const options: ApiOptions = {
  openPorts: () => aWorld(),
  rules: RULES,
  identify: () => aCaller(aRecord()),
  corsOrigins: [],
  writeLine: () => {},
};

describe('requestOf', () => {
  it('hands on who calls', () => {
    const caller = aCaller(aRecord());

    const request = requestOf({ ...parseApiRequest(anApiEvent()), caller }, options);

    expect(request.caller).toEqual(caller);
  });

  it('refuses a request whose caller nobody checked', () => {
    const unchecked = { ...parseApiRequest(anApiEvent()), caller: null };

    expect(() => requestOf(unchecked, options)).toThrow(new RequestRefusedError('invalid_token'));
  });
});
