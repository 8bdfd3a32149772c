/** The processes in which the local cloud runs a function, found so that a test can kill them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isMainThread } from 'node:worker_threads';

interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** The process that ran the tests' set-up, and with it started the local cloud. */
const TEST_RUN = isMainThread ? process.ppid : process.pid;

/**
 * The running workers of a function of this run's own local cloud: no other run's, because they
 * have to descend from the process that runs these tests.
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

/** Memory of those of these processes that still run, in megabytes. */
export async function residentMegabytes(pids: number[]): Promise<number[]> {
  if (pids.length === 0) return [];
  const args = ['-o', 'rss=', '-p', pids.join()];
  // It fails where none of them runs any more.
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

/** Kills processes without warning, as a machine that fails does. */
export function kill(pids: number[]): void {
  for (const pid of pids) signal(pid, 'SIGKILL');
}

/** Has a process stand still, as a function that gets no processor. @returns how it goes on */
export function pause(pid: number): () => void {
  signal(pid, 'SIGSTOP');
  return () => signal(pid, 'SIGCONT');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}
