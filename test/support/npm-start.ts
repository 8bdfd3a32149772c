/** Starts `npm start` for tests, with files of its own, and finds what it left. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environmentWithoutAws, PROJECT_ROOT } from '../../tools/support/cloud-access.ts';

const TERMINAL = join(import.meta.dirname, 'terminal.py');

/** A place for runs of `npm start` that share their files. */
export class StartPlace {
  readonly #folder: string;
  readonly stackFile: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.stackFile = join(folder, 'stack.json');
  }

  static async create(): Promise<StartPlace> {
    return new StartPlace(await mkdtemp(join(tmpdir(), 'npm-start-')));
  }

  /** Variables of a run in this place: free ports, and no pages. */
  variables(others: Record<string, string> = {}): Record<string, string | undefined> {
    const ports = { CLOUD_PORT: '0', APP_PORT: 'off', DOCS_PORT: 'off' };
    const files = { TMPDIR: this.#folder, STACK_FILE: this.stackFile };
    // npm would keep a cache in TMPDIR.
    const quiet = { NODE_DISABLE_COMPILE_CACHE: '1' };
    return { ...environmentWithoutAws(), ...ports, ...files, ...quiet, ...others };
  }

  /** `npm start` in a terminal of its own. */
  inTerminal(others?: Record<string, string>): StartedProgram {
    return this.#start('python3', [TERMINAL, 'npm', 'start'], others);
  }

  /** The program behind `npm start`, with pipes. */
  withPipes(others?: Record<string, string>): StartedProgram {
    return this.#start(process.execPath, ['tools/start.ts'], others);
  }

  #start(command: string, args: string[], others?: Record<string, string>): StartedProgram {
    return new StartedProgram(
      spawn(command, args, { cwd: PROJECT_ROOT, env: this.variables(others), stdio: 'pipe' }),
    );
  }

  /** Names of the files that are there. */
  files(): Promise<string[]> {
    return readdir(this.#folder);
  }

  /** Processes that were started here, known by their environment. */
  async processes(): Promise<string[]> {
    const list = ['axeww', '-o', 'pid=,command='];
    const { stdout } = await promisify(execFile)('ps', list, { maxBuffer: 64 * 1024 * 1024 });
    return stdout.split('\n').filter((line) => line.includes(this.#folder));
  }

  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}

/** A run of `npm start`. */
export class StartedProgram {
  readonly child: ChildProcess;
  /** How it ends: its exit code, or the name of its signal. */
  readonly ended: Promise<number | string | null>;
  #printed = '';
  #errors = '';

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (data) => {
      this.#printed += data;
    });
    // What is typed into a program that has just ended.
    child.stdin?.on('error', () => undefined);
    child.stderr?.on('data', (data) => {
      this.#errors += data;
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve(signal ?? code));
    });
  }

  get printed(): string {
    return this.#printed;
  }

  get errors(): string {
    return this.#errors;
  }

  /** Waits until it has printed a text. @throws Error when it ends before */
  prints(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.#printed.includes(text)) resolve();
      };
      this.child.stdout?.on('data', look);
      look();
      void this.ended.then((how) =>
        reject(new Error(`it ended with ${how}: ${this.#printed}${this.#errors}`)),
      );
    });
  }

  /** Types Ctrl-C in its terminal, again and again until it has ended. @returns how it ended */
  pressCtrlC(): Promise<number | string | null> {
    return this.#untilEnded(() => this.child.stdin?.write('03\n'));
  }

  /** Sends it a signal, again and again until it has ended. @returns how it ended */
  signal(name: NodeJS.Signals): Promise<number | string | null> {
    return this.#untilEnded(() => this.child.kill(name));
  }

  async #untilEnded(act: () => void): Promise<number | string | null> {
    const repeating = setInterval(act, 2);
    act();
    try {
      return await this.ended;
    } finally {
      clearInterval(repeating);
    }
  }

  /** Closes its terminal. */
  closeTerminal(): void {
    this.child.stdin?.end();
  }
}
