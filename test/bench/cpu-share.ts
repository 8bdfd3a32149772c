/**
 * A control group with a share of one CPU, as Lambda gives a function by its memory. Works where
 * this process may make control groups (usually as root, on Linux), and says why where it may not.
 */
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Memory at which a function has one CPU: docs.aws.amazon.com/lambda, "Memory and computing power". */
const MEGABYTES_OF_ONE_CPU = 1769;
/** How often the share is dealt out anew. */
const PERIOD_MICROSECONDS = 20_000;

/** A group that processes can move into. */
export interface CpuShare {
  /** Write a process id here to move it. */
  procsFile: string;
  /** Sets what the processes of the group get, together. */
  resize: (memoryMegabytes: number) => void;
  /** Takes the group away; it has to be empty. */
  remove: () => void;
}

/** The group, or a sentence that says why there is none. */
export function openCpuShare(root = '/sys/fs/cgroup'): CpuShare | string {
  const reasons = [version2, version1].map((open) => {
    try {
      return open(root);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
  return reasons.find((opened) => typeof opened !== 'string') ?? reasons.join('; ');
}

const NAME = `current-user-bench-${process.pid}`;

function version2(root: string): CpuShare {
  const controllers = readFileSync(join(root, 'cgroup.subtree_control'), 'utf8').trim().split(' ');
  if (!controllers.includes('cpu')) writeFileSync(join(root, 'cgroup.subtree_control'), '+cpu');
  const folder = join(root, NAME);
  return made(folder, (quota) =>
    writeFileSync(join(folder, 'cpu.max'), `${quota} ${PERIOD_MICROSECONDS}`),
  );
}

function version1(root: string): CpuShare {
  const folder = join(root, 'cpu', NAME);
  return made(folder, (quota) => {
    writeFileSync(join(folder, 'cpu.cfs_period_us'), String(PERIOD_MICROSECONDS));
    writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(quota));
  });
}

function made(folder: string, setQuota: (microseconds: number) => void): CpuShare {
  mkdirSync(folder);
  const resize = (memoryMegabytes: number) =>
    setQuota(Math.round((PERIOD_MICROSECONDS * memoryMegabytes) / MEGABYTES_OF_ONE_CPU));
  const remove = () => rmdirSync(folder);
  try {
    resize(MEGABYTES_OF_ONE_CPU);
  } catch (error) {
    remove();
    throw error;
  }
  return { procsFile: join(folder, 'cgroup.procs'), resize, remove };
}
