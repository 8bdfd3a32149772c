import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ChildProcesses } from '../../../../tools/support/child-processes.ts';
import { PROJECT_ROOT } from '../../../../tools/support/cloud-access.ts';

let folder: string;
let logFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'children-'));
  logFile = join(folder, 'log');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const env = { PATH: process.env['PATH'] };
const log = () => readFile(logFile, 'utf8');

/** Not of one that has ended and that nobody has asked for yet. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' });
  return /^[^Z\s]/.test(stdout);
}

/** Waits for the process whose id a command wrote into the log. */
async function pidInLog(): Promise<number> {
  return vi.waitFor(
    async () => {
      const pid = Number(/^pid (\d+)$/m.exec(await log())?.[1]);
      expect(pid).toBeGreaterThan(0);
      return pid;
    },
    { timeout: 20_000 },
  );
}

const ends = (pid: number) =>
  vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 20_000 });

describe('ChildProcesses', () => {
  it('gives back how a command ended', async () => {
    const children = new ChildProcesses(logFile);

    await children.run('sh', ['-c', 'echo done'], { env });
    await expect(children.run('sh', ['-c', 'exit 7'], { env })).rejects.toThrow('ended with 7');
    await expect(children.run('no-such-command', ['x'], { env })).rejects.toThrow(
      '"no-such-command x" ended with 127',
    );

    expect(await log()).toMatch(/^done$/m);
    await children.stop();
  });

  it('ends what a command left in the background', async () => {
    const children = new ChildProcesses(logFile);

    await children.run('sh', ['-c', 'sleep 600 & echo "pid $!"'], { env });

    await ends(await pidInLog());
    await children.stop();
  });

  it('ends all of them together, and starts no more', async () => {
    const children = new ChildProcesses(logFile);
    const running = children.run('sh', ['-c', 'sleep 600 & echo "pid $!"; wait'], { env });
    const refused = expect(running).rejects.toThrow('SIGKILL');
    const pid = await pidInLog();

    await Promise.all([children.stop(), children.stop()]);

    await refused;
    await ends(pid);
    expect(() => children.start('true', [], { env })).toThrow('everything was stopped');
  });

  it.each(['run', 'start'])(
    'does not outlive its program, which was killed during %s',
    async (how) => {
      const program = `
      const { ChildProcesses } = await import('./tools/support/child-processes.ts');
      const children = new ChildProcesses(${JSON.stringify(logFile)});
      await children.${how}('sh', ['-c', 'sleep 600 & echo "pid $!"; wait'], { env: process.env });
    `;
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        cwd: PROJECT_ROOT,
        env,
        stdio: 'ignore',
      });
      const ended = once(child, 'exit');
      const pid = await vi.waitFor(pidInLog, { timeout: 20_000 });
      child.kill('SIGKILL');

      await ended;
      await ends(pid);
    },
  );

  it('gives them a folder for their temporary files', async () => {
    const children = new ChildProcesses(logFile, folder);

    await children.run('sh', ['-c', 'echo "at $TMPDIR"'], { env: { ...env, TMPDIR: '/other' } });

    expect(await log()).toContain(`at ${folder}`);
    await children.stop();
  });

  it.skipIf(!existsSync('/dev/full'))('fails when its log is on a full disk', async () => {
    const children = new ChildProcesses('/dev/full');

    await expect(children.run('true', [], { env })).rejects.toMatchObject({ code: 'ENOSPC' });
    await children.stop();
  });
});
