/** Child processes of one run, each in its own process group, so that none is left running. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

type Environment = Record<string, string | undefined>;

/**
 * Shell script that ends its process group when the command exits or when standard input closes. The
 * operating system closes the pipe to `cat` even when this process is killed with SIGKILL, which no
 * exit handler survives. `kill -KILL 0` signals every process of the group, grandchildren included.
 */
const TIED_TO_PARENT = '{ "$@"; kill -KILL 0; } & cat >/dev/null; kill -KILL 0';

/** Starts processes that write to one log file, and ends all of them together. */
export class ChildProcesses {
  readonly #log: number;
  readonly #running = new Map<ChildProcess, Promise<unknown>>();
  #stopped = false;

  constructor(logFile: string) {
    mkdirSync(dirname(logFile), { recursive: true });
    this.#log = openSync(logFile, 'w');
  }

  /** Runs a command and waits for it. @throws Error when it cannot start, fails, or is stopped */
  async run(command: string, args: readonly string[], options: RunOptions): Promise<void> {
    const child = this.#spawn(command, args, options, 'ignore');
    const outcome = await this.#running.get(child);
    if (outcome instanceof Error) throw outcome;
    if (outcome !== 0) throw new Error(`"${command} ${args[0]}" ended with ${outcome}`);
  }

  /** Starts a command that runs until `stop`. @returns a promise that resolves when it exits */
  start(command: string, args: readonly string[], options: RunOptions): Promise<unknown> {
    const child = this.#spawn(
      'sh',
      ['-c', TIED_TO_PARENT, 'sh', command, ...args],
      options,
      'pipe',
    );
    return this.#running.get(child) ?? Promise.resolve();
  }

  /** Ends every process and its descendants; later starts throw. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    const running = [...this.#running];
    for (const [{ pid }] of running) if (pid !== undefined) endGroup(pid);
    await Promise.all(running.map(([, ended]) => ended));
    closeSync(this.#log);
  }

  #spawn(command: string, args: readonly string[], options: RunOptions, input: 'ignore' | 'pipe') {
    if (this.#stopped) throw new Error('everything was stopped');
    writeSync(this.#log, `\n== ${command} ${args.join(' ')}\n`);
    const settings: SpawnOptions = {
      ...options,
      detached: true,
      stdio: [input, this.#log, this.#log],
    };
    const child = spawn(command, args, settings);
    const ended = new Promise<unknown>((resolve) => {
      child.once('error', resolve);
      child.once('exit', (code, signal) => resolve(signal ?? code));
    });
    this.#running.set(child, ended);
    void ended.then(() => this.#running.delete(child));
    return child;
  }
}

/** Working directory and complete environment of a process. */
export interface RunOptions {
  cwd?: string;
  env: Environment;
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has already exited.
  }
}
