/**
 * Lets one program at a time hold a file that says who it is. A holder listens on a port of the loopback
 * interface: a file whose process is gone, or whose process id belongs to another program by now, is
 * stale, also after SIGKILL.
 */
import { createHash } from 'node:crypto';
import { mkdir, readlink, rm, symlink } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import * as v from 'valibot';

const HolderSchema = v.object({
  pid: v.number(),
  /** At which it listens, to be known. */
  port: v.number(),
  /** Its temporary files, which a successor removes. */
  folder: v.string(),
});
/** The program that holds a file. */
export type Holder = v.InferOutput<typeof HolderSchema>;

/** A held file. */
export interface RunLock {
  /** The program that was killed while it held the file. */
  predecessor: Holder | null;
  release(): Promise<void>;
}

/** Another program holds the file. */
export class HeldError extends Error {
  override readonly name = 'HeldError';
  readonly holder: Holder;

  constructor(holder: Holder) {
    super(`process ${holder.pid} holds the file`);
    this.holder = holder;
  }
}

/**
 * Takes the file. It is a symbolic link whose target is the text: unlike a file, it is made with its
 * content or not at all, by one program alone.
 * @throws HeldError while another program holds it
 */
export async function takeRunLock(file: string, folder: string): Promise<RunLock> {
  await mkdir(dirname(file), { recursive: true });
  const server = await listen();
  const { port } = server.address() as AddressInfo; // It listens on a port, not on a pipe.
  const own = JSON.stringify({ pid: process.pid, port, folder } satisfies Holder);
  let predecessor: Holder | null = null;
  try {
    while (!(await succeeds(symlink(own, file), 'EEXIST'))) {
      const found = await holderOf(file);
      if (found?.alive) throw new HeldError(found.holder);
      predecessor = found?.holder ?? predecessor;
      await removeStale(file);
    }
  } catch (error) {
    server.close();
    throw error;
  }
  const release = async () => {
    // Before it is seen as stale: nobody else removes it, or has taken it.
    await rm(file, { force: true });
    server.close();
  };
  return { predecessor, release };
}

/** Who holds the file, or held it until it was killed; null without a file that can be read. */
export async function holderOf(file: string): Promise<{ holder: Holder; alive: boolean } | null> {
  const text = (await textOf(file)) ?? '';
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), HolderSchema), text);
  if (!parsed.success) return null;
  return { holder: parsed.output, alive: await isAlive(parsed.output) };
}

async function isAlive({ pid, port }: Holder): Promise<boolean> {
  if (!processExists(pid)) return false;
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Removes a stale file. Whoever does holds a lock for exactly this content, or one program would remove
 * what another has taken in the meantime.
 */
export async function removeStale(file: string): Promise<void> {
  const text = await textOf(file);
  if (text === null) return;
  const name = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const lock = await takeRunLock(`${file}.${name}`, '').catch((error: unknown) => {
    if (error instanceof HeldError) return null;
    throw error;
  });
  if (lock === null) return;
  try {
    const isSame = (await textOf(file)) === text;
    if (isSame && !(await holderOf(file))?.alive) await rm(file, { force: true });
  } finally {
    await lock.release();
  }
}

/** What a file says; null for none, and an empty text for one that is no link. */
async function textOf(file: string): Promise<string | null> {
  try {
    return await readlink(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    return '';
  }
}

/** @returns false for the error that means that another program was faster */
async function succeeds(change: Promise<void>, code: string): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === code) return false;
    throw error;
  }
}

async function listen(): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // It alone keeps no program running.
  return server.unref();
}
