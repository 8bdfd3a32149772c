/** Finds the local cloud's worker processes of a function, so that a test can kill them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isMainThread } from 'node:worker_threads';

interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** The process of the global set-up, which started the local cloud. */
const TEST_RUN = isMainThread ? process.ppid : process.pid;

/**
 * Running workers of a function in this run's local cloud. Only descendants of the set-up's process
 * count, so that other runs are not affected.
 */
export async function workersOf(functionName: string): Promise<number[]> {
  const processes = await runningProcesses();
  const children = Map.groupBy(processes, ({ parent }) => parent);
  const descendants = (pid: number): Process[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...descendants(child.pid)]);
  return descendants(TEST_RUN)
    .filter(({ command }) => command.includes(`/ministack-lambda-${functionName}-`))
    .map(({ pid }) => pid);
}

/** Memory in megabytes of those processes that still run. */
export async function residentMegabytes(pids: number[]): Promise<number[]> {
  if (pids.length === 0) return [];
  const args = ['-o', 'rss=', '-p', pids.join()];
  // ps fails if none of them runs.
  const { stdout } = await promisify(execFile)('ps', args).catch(() => ({ stdout: '' }));
  const kilobytes = stdout.split('\n').filter((line) => line.trim() !== '');
  return kilobytes.map((line) => Math.round(Number(line) / 1024));
}

async function runningProcesses(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** Kills processes with SIGKILL, as in a machine failure. */
export function kill(pids: number[]): void {
  for (const pid of pids) signal(pid, 'SIGKILL');
}

/** Suspends a process, as if it got no CPU. @returns a function that resumes it */
export function pause(pid: number): () => void {
  signal(pid, 'SIGSTOP');
  return () => signal(pid, 'SIGCONT');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Already exited.
  }
}
