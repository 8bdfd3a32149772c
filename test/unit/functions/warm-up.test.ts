import { createServer } from 'node:net';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openDynamoDb } from '../../../functions/dynamo-client.ts';
import { NO_SUBJECT, warmUp } from '../../../functions/warm-up.ts';
import { UnavailableError } from '../../../lib/account/errors.ts';
import type { Ports, UserStore } from '../../../lib/self-service/ports.ts';
import { createDynamoUserStore } from '../../../lib/store/dynamo-user-store.ts';
import { toUserItem } from '../../../lib/store/user-item.ts';
import { clientSettings } from '../../../tools/support/cloud-access.ts';
import { aRecord } from '../../support/builders.ts';
import { listenOnLoopback } from '../../support/loopback.ts';
import { FOR_REQUESTS } from '../../support/store-options.ts';

/** Only the store is asked. */
const portsWith = (store: Partial<UserStore>) => ({ store }) as Ports;

describe('warmUp', () => {
  it('reads a record once, and nobody can have it', async () => {
    const asked: string[] = [];
    const find: UserStore['find'] = async (subject) => {
      asked.push(subject);
      return null;
    };

    await warmUp(() => portsWith({ find }));

    expect(asked).toEqual([NO_SUBJECT]);
    expect(() => toUserItem({ ...aRecord(), subject: NO_SUBJECT })).toThrow();
  });

  it('says nothing of a table that cannot be read', async () => {
    const find = () => Promise.reject(new UnavailableError('no table'));

    await expect(warmUp(() => portsWith({ find }))).resolves.toBeUndefined();
  });

  it('says nothing of ports that cannot be opened', async () => {
    const openPorts = () => {
      throw new Error('no ports');
    };

    await expect(warmUp(openPorts)).resolves.toBeUndefined();
  });

  it('waits a second at most for a table that does not answer', async () => {
    const hanging = createServer(() => {});
    const endpoint = await listenOnLoopback(hanging);
    const client = DynamoDBDocumentClient.from(openDynamoDb(clientSettings(endpoint)));
    // The limit that is asked for, shortened for the test.
    const { timeout } = AbortSignal;
    const asked = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / 20));
    onTestFinished(() => asked.mockRestore());

    await warmUp((signal) =>
      portsWith(createDynamoUserStore(client, 'users', { ...FOR_REQUESTS, signal })),
    );

    expect(asked.mock.calls).toEqual([[1000]]);
    hanging.close();
  });
});
