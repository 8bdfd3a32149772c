/**
 * A Linux control group with a share of one CPU, as Lambda allots by memory size. Needs permission to
 * create control groups (usually root), and otherwise explains why there is none.
 */
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Memory size with one full CPU: docs.aws.amazon.com/lambda, "Memory and computing power". */
const MEGABYTES_OF_ONE_CPU = 1769;
/** Scheduling period of the quota. */
const PERIOD_MICROSECONDS = 20_000;

/** A control group that processes can join. */
export interface CpuShare {
  /** Write a process id to this file to move the process into the group. */
  procsFile: string;
  /** Sets the CPU quota of the whole group. */
  resize: (memoryMegabytes: number) => void;
  /** Removes the group, which must be empty. */
  remove: () => void;
}

/** Creates the group. @returns it, or the reason why it cannot be created */
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
