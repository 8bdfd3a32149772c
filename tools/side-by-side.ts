/**
 * Runs shell commands side by side, as many at once as there are cores and at least two, because they
 * wait a lot. Every line of output names its command. Exits with 1 if one failed, after all have ended.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { endGroup } from './support/child-processes.ts';

const commands = process.argv.slice(2);
/** Leaders of the process groups that run: a shell alone would leave what it started running. */
const groups = new Set<number>();
let isCancelled = false;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    isCancelled = true;
    for (const group of groups) endGroup(group, 'SIGTERM');
  });
}

/** @returns the exit code; null for a command that was ended */
function run(command: string): Promise<number | null> {
  const label = command.replace(/^npm run (?:-s )?/, '');
  const child = spawn(command, {
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid !== undefined) groups.add(pid);
  const print = (input: Readable) =>
    createInterface({ input }).on('line', (line) => console.log(`${label}: ${line}`));
  print(child.stdout);
  print(child.stderr);
  return new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  }).finally(() => pid !== undefined && groups.delete(pid));
}

const waiting = commands.values();
const failed: string[] = [];
async function work(): Promise<void> {
  for (const command of waiting) {
    if (isCancelled || (await run(command)) !== 0) failed.push(command);
  }
}
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
