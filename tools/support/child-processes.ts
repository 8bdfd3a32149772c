/** Child processes of one run, each in its own process group, so that none is left running. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

type Environment = Record<string, string | undefined>;

/**
 * Shell script that runs a command and exits with its code. Its process group ends when standard input
 * closes: Node.js closes it after the exit, and the operating system even when this process is killed
 * with SIGKILL, which no exit handler survives. `kill -KILL 0` signals every process of the group,
 * grandchildren included.
 */
const TIED_TO_PARENT =
  'exec 3<&0; { cat <&3 >/dev/null; kill -KILL 0; } & "$@" </dev/null 3<&-; exit';

/** Starts processes that write to one log file, and ends all of them together. */
export class ChildProcesses {
  readonly logFile: string;
  readonly #log: number;
  readonly #variables: Environment;
  readonly #running = new Map<ChildProcess, Promise<unknown>>();
  #stopping: Promise<void> | null = null;

  /** @param temporary folder for the temporary files of all of them. @default as their environment says */
  constructor(logFile: string, temporary?: string) {
    this.logFile = logFile;
    mkdirSync(dirname(logFile), { recursive: true });
    this.#log = openSync(logFile, 'w');
    this.#variables = temporary === undefined ? {} : { TMPDIR: temporary };
  }

  /** Runs a command and waits for it. @throws Error when it cannot start, fails, or is stopped */
  async run(command: string, args: readonly string[], options: RunOptions): Promise<void> {
    const outcome = await this.start(command, args, options);
    if (outcome instanceof Error) throw outcome;
    if (outcome !== 0) throw new Error(`"${command} ${args[0]}" ended with ${outcome}`);
  }

  /**
   * Starts a command that runs until `stop`.
   * @returns a promise of how it ended: its exit code, its signal, or the Error of its start
   * @throws Error after `stop`, or when the log cannot be written
   */
  start(command: string, args: readonly string[], options: RunOptions): Promise<unknown> {
    if (this.#stopping !== null) throw new Error('everything was stopped');
    writeSync(this.#log, `\n== ${command} ${args.join(' ')}\n`);
    const child = spawn('sh', ['-c', TIED_TO_PARENT, 'sh', command, ...args], {
      cwd: options.cwd,
      env: { ...options.env, ...this.#variables },
      detached: true,
      stdio: ['pipe', this.#log, this.#log],
    });
    const ended = new Promise<unknown>((resolve) => {
      child.once('error', resolve);
      child.once('exit', (code, signal) => resolve(signal ?? code));
    });
    this.#running.set(child, ended);
    void ended.then(() => this.#running.delete(child));
    return ended;
  }

  /** Ends every process and its descendants; later starts throw. */
  stop(): Promise<void> {
    this.#stopping ??= this.#endAll();
    return this.#stopping;
  }

  async #endAll(): Promise<void> {
    const running = [...this.#running];
    for (const [{ pid }] of running) endGroup(pid, 'SIGKILL');
    await Promise.all(running.map(([, ended]) => ended));
    closeSync(this.#log);
  }
}

/** Working directory and complete environment of a process. */
export interface RunOptions {
  cwd?: string;
  env: Environment;
}

/** Sends a signal to every process of the group that this one leads. */
export function endGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch {
    // The group has already exited.
  }
}
