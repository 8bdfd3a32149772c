import { expect, it } from 'vitest';
import { createBehaviours } from '../../../../../tools/local/gate/behaviours.ts';
import type { Forward, GateRequest } from '../../../../../tools/local/gate/gate.ts';
import { json } from '../../../../support/fake-cognito.ts';

it.each(['/', '//', '/%', '/users/me?a=%', 'http://[', '*'])(
  'passes a request for %s that is no concern of user pools as it was sent',
  async (url) => {
    const arrived: GateRequest[] = [];
    const emulator: Forward = async (request) => {
      arrived.push(request);
      return json({});
    };
    const forward = createBehaviours('no-folder').reduceRight<Forward>(
      (next, behaviour) => (request) => behaviour(request, next),
      emulator,
    );
    const request = { method: 'POST', url, headers: {}, body: Buffer.from('{"a":1}') };

    await forward(request);

    expect(arrived).toEqual([request]);
  },
);
