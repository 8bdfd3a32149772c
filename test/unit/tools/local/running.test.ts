import { describe, expect, it } from 'vitest';
import { untilStopped } from '../../../../tools/local/running.ts';

const never = new Promise<unknown>(() => undefined);

describe('untilStopped', () => {
  it('says where the log is when the cloud ends by itself', async () => {
    const ended = Promise.resolve('SIGKILL');

    await expect(
      untilStopped({ ended }, new AbortController().signal, '.local/start.log'),
    ).rejects.toThrow('The local cloud ended by itself: its log is .local/start.log.');
  });

  it('ends with the reason of the one who asks, before and while it waits', async () => {
    const controller = new AbortController();
    const waiting = untilStopped({ ended: never }, controller.signal, 'log');
    controller.abort(new Error('asked'));

    await expect(waiting).rejects.toThrow('asked');
    await expect(untilStopped({ ended: never }, controller.signal, 'log')).rejects.toThrow('asked');
  });
});
