import { describe, expect, it } from 'vitest';
import {
  type AcceptancePromise,
  exitCode,
  type RunOptions,
  type Seen,
  tryPromises,
} from '../../../../tools/acceptance/runner.ts';

type Fake = AcceptancePromise<string[]>;

/** A promise that notes when it is tried. */
function aPromise(id: string, result: Seen['outcome'] | Error = 'held'): Fake {
  return {
    id,
    text: `Promise ${id}`,
    expected: 'something',
    async tried(tries) {
      tries.push(id);
      if (result instanceof Error) throw result;
      return { outcome: result, seen: `seen of ${id}` };
    },
  };
}

function aRun(promises: readonly Fake[], given: Partial<RunOptions<string[]>> = {}) {
  const tries: string[] = [];
  const lines: string[] = [];
  const cleanUp = async () => {
    tries.push('clean up');
    return [];
  };
  const { signal } = new AbortController();
  const print = (line: string) => lines.push(line);
  return { tries, lines, options: { promises, context: tries, cleanUp, signal, print, ...given } };
}

describe('a run', () => {
  it('tries every promise in order, then cleans up, and shows its progress', async () => {
    const { tries, lines, options } = aRun([aPromise('a'), aPromise('b', 'not tried')]);

    const report = await tryPromises(options);

    expect(tries).toEqual(['a', 'b', 'clean up']);
    expect(lines).toEqual(['1/2 a: held', '2/2 b: not tried: seen of b', 'Removing what was made']);
    expect(report).toEqual({
      results: [
        { id: 'a', text: 'Promise a', expected: 'something', outcome: 'held', seen: 'seen of a' },
        {
          id: 'b',
          text: 'Promise b',
          expected: 'something',
          outcome: 'not tried',
          seen: 'seen of b',
        },
      ],
      interrupted: false,
      left: [],
    });
  });

  it('goes on after a promise that is broken, and after one that throws', async () => {
    const promises = [aPromise('a', 'broken'), aPromise('b', new Error('no route')), aPromise('c')];
    const { tries, options } = aRun(promises);

    const { results } = await tryPromises(options);

    expect(tries).toEqual(['a', 'b', 'c', 'clean up']);
    expect(results.map(({ outcome }) => outcome)).toEqual(['broken', 'failed', 'held']);
    expect(results[1]?.seen).toContain('no route');
  });

  it('ends after the promise in which it is interrupted, and still cleans up', async () => {
    const controller = new AbortController();
    const interrupting: Fake = {
      ...aPromise('a'),
      async tried(tries) {
        controller.abort();
        tries.push('a, to its end');
        return { outcome: 'held', seen: '' };
      },
    };
    const { tries, options } = aRun([interrupting, aPromise('b')], {
      signal: controller.signal,
      after: async () => void tries.push('after'),
    });

    const report = await tryPromises(options);

    expect(tries).toEqual(['a, to its end', 'clean up']);
    expect(report.interrupted).toBe(true);
  });

  it('does other work before and after the promises, and prints why it failed', async () => {
    const { tries, lines, options } = aRun([aPromise('a')], {
      before: async () => void tries.push('before'),
      after: () => Promise.reject(new Error('no answer')),
    });

    const report = await tryPromises(options);

    expect(tries).toEqual(['before', 'a', 'clean up']);
    expect(lines).toContain('Failed: Error: no answer');
    expect(exitCode(report)).toBe(0);
  });

  it('reports what the clean-up leaves, also where it throws', async () => {
    const leaving = aRun([aPromise('a')], { cleanUp: async () => ['person 1'] });
    const throwing = aRun([aPromise('a')], { cleanUp: () => Promise.reject(new Error('gone')) });

    expect((await tryPromises(leaving.options)).left).toEqual(['person 1']);
    expect((await tryPromises(throwing.options)).left).toEqual(['Error: gone']);
  });
});

describe('the exit code', () => {
  const codeOf = async (outcomes: (Seen['outcome'] | Error)[], given = {}) => {
    const promises = outcomes.map((outcome, index) => aPromise(String(index), outcome));
    return exitCode(await tryPromises(aRun(promises, given).options));
  };

  it('is 0 where every promise that can be tried held', async () => {
    expect(await codeOf(['held', 'not tried'])).toBe(0);
  });

  it('is 1 where a promise came to no result, something is left, or the run was interrupted', async () => {
    expect(await codeOf(['held', new Error('x')])).toBe(1);
    expect(await codeOf(['held'], { cleanUp: async () => ['person 1'] })).toBe(1);
    expect(await codeOf(['held'], { signal: AbortSignal.abort() })).toBe(1);
  });

  it('is 3 where a promise is broken, whatever else went wrong', async () => {
    expect(await codeOf(['held', 'broken', new Error('x')], { cleanUp: async () => ['x'] })).toBe(
      3,
    );
  });
});
