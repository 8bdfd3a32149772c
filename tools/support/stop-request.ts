/** What asks a program to end: signals, any number of them, and an output that nobody reads. */

/** Signals by what people know them as. */
const SIGNALS = {
  SIGINT: 'Stopped by Ctrl-C',
  SIGTERM: 'Stopped by SIGTERM',
  SIGHUP: 'Stopped because the terminal was closed',
} as const;
type SignalName = keyof typeof SIGNALS;

/** The reason of the abort signal: the message says who asked. */
export class StopRequest extends Error {
  override readonly name = 'StopRequest';
  /** Null where the output could not be written. */
  readonly signalName: SignalName | null;

  constructor(message: string, signalName: SignalName | null) {
    super(message);
    this.signalName = signalName;
  }
}

/** The parts of a process that are needed here. */
type Program = Pick<NodeJS.Process, 'on' | 'stdout' | 'stderr'>;

/**
 * Fires once, with a StopRequest. The handlers stay, because a terminal and npm each send a signal for
 * one Ctrl-C, and people press it again: the program ends when it has cleaned up, by `endProgram`.
 */
export function stopRequested(program: Program = process): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    program.on(name, () => controller.abort(new StopRequest(SIGNALS[name], name)));
  }
  program.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    const closed = code === 'EPIPE' || code === 'EIO';
    const why = closed ? 'nobody reads the output' : `the output cannot be written (${code})`;
    controller.abort(new StopRequest(`Stopped because ${why}`, null));
  });
  // Nothing can be said any more.
  program.stderr.on('error', () => undefined);
  return controller.signal;
}

/**
 * Ends this program with an exit code, or by a signal as if it had no handler: then a shell ends its
 * script too, and npm adds no error of its own.
 */
export function endProgram(how: number | SignalName): never {
  if (typeof how === 'number') process.exit(how);
  process.removeAllListeners(how);
  process.kill(process.pid, how);
  // Reached only where the signal is ignored.
  process.exit(1);
}
