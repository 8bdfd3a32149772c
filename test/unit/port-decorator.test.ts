import { describe, expect, it } from 'vitest';
import { decoratePort } from '../../lib/port-decorator.ts';

class Counter {
  #count = 0;

  async add(step: number): Promise<number> {
    this.#count += step;
    return this.#count;
  }

  async fail(): Promise<never> {
    throw new Error('failed');
  }
}

describe('decoratePort', () => {
  it('makes each call on the port it is given, with its arguments', async () => {
    const counter = new Counter();
    const decorated = decoratePort<Counter>((invoke) => invoke(counter));

    await decorated.add(2);

    expect(await decorated.add(3)).toBe(5);
  });

  it('lets go of a failure as it is', async () => {
    const decorated = decoratePort<Counter>((invoke) => invoke(new Counter()));

    await expect(decorated.fail()).rejects.toThrow('failed');
  });

  it('goes around every method, and may answer itself', async () => {
    const decorated = decoratePort<Counter>(async () => 7);

    expect([await decorated.add(1), await decorated.fail()]).toEqual([7, 7]);
  });

  it('is not called by whoever awaits it', async () => {
    let calls = 0;
    const decorated = decoratePort<Counter>(async () => {
      calls += 1;
    });

    await expect(Promise.resolve(decorated)).resolves.toBe(decorated);
    expect(calls).toBe(0);
  });
});
