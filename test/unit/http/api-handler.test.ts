import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../lib/domain/caller.ts';
import { RequestRefusedError } from '../../../lib/domain/errors.ts';
import { type ApiOptions, requestOf } from '../../../lib/http/api-handler.ts';
import { parseApiRequest } from '../../../lib/http/api-request.ts';
import { watchRequest } from '../../../lib/http/request-watch.ts';
import { anApiEvent } from '../../support/api-event.ts';
import { aCaller, aRecord, aWorld, RULES } from '../../support/builders.ts';

const options: ApiOptions = {
  openPorts: () => aWorld(),
  rules: RULES,
  identify: () => aCaller(aRecord()),
  corsOrigins: [],
  writeLine: () => {},
};

const aCall = (caller: Caller | null) => ({
  ...parseApiRequest(anApiEvent()),
  caller,
  watch: watchRequest(false),
});

describe('requestOf', () => {
  it('hands on who calls', () => {
    const caller = aCaller(aRecord());

    const request = requestOf(aCall(caller), options);

    expect(request.caller).toEqual(caller);
  });

  it('refuses a request whose caller nobody checked', () => {
    expect(() => requestOf(aCall(null), options)).toThrow(new RequestRefusedError('invalid_token'));
  });
});
