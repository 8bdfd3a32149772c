import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  HeldError,
  holderOf,
  removeStale,
  takeRunLock,
} from '../../../../tools/support/run-lock.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-lock-'));
  file = join(folder, 'deep', 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

/** A process id that is no process's any more. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The file of a program that was killed, or whose process id somebody else has now. */
async function leaveStale(pid: number) {
  const holder = { pid, port: await closedPort(), folder: '/tmp/left' };
  await (await takeRunLock(file, '')).release();
  await symlink(JSON.stringify(holder), file);
  return holder;
}

describe('takeRunLock', () => {
  it('lets one at a time hold the file', async () => {
    const lock = await takeRunLock(file, '/tmp/one');
    expect(lock.predecessor).toBeNull();

    const refused = await takeRunLock(file, '/tmp/two').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(HeldError);
    expect(refused).toMatchObject({ holder: { pid: process.pid, folder: '/tmp/one' } });

    await lock.release();
    const next = await takeRunLock(file, '/tmp/two');
    expect(next.predecessor).toBeNull();
    await next.release();
    expect(await readdir(join(folder, 'deep'))).toEqual([]);
  });

  it.each([
    ['is gone', deadPid],
    ['has its id for something else', () => process.pid],
  ])('takes over from a program whose process %s, and says who it was', async (_, pid) => {
    const holder = await leaveStale(pid());

    const lock = await takeRunLock(file, '/tmp/next');

    expect(lock.predecessor).toEqual(holder);
    await lock.release();
  });

  it('takes over from a file that cannot be read', async () => {
    await (await takeRunLock(file, '')).release();
    await symlink('nonsense', file);

    const lock = await takeRunLock(file, '/tmp/next');

    expect(lock.predecessor).toBeNull();
    await lock.release();
  });

  it('is given to one of many that find a stale file at the same time', async () => {
    await leaveStale(deadPid());

    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => takeRunLock(file, `/tmp/${index}`)),
    );

    const taken = results.filter(({ status }) => status === 'fulfilled');
    const refused = results.filter(
      (result) => result.status === 'rejected' && result.reason instanceof HeldError,
    );
    expect([taken.length, refused.length]).toEqual([1, 19]);
    expect((await holderOf(file))?.alive).toBe(true);
    expect(await readdir(join(folder, 'deep'))).toEqual(['lock']);
  });
});

it('does not remove a file that another program took since it was found stale', async () => {
  const lock = await takeRunLock(file, '/tmp/fast');

  await removeStale(file);

  expect(await holderOf(file)).toMatchObject({ holder: { folder: '/tmp/fast' }, alive: true });
  await lock.release();
});
