import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { stopRequested } from '../../../../tools/support/stop-request.ts';

/** A process as far as it is needed: what it is sent, it emits. */
class FakeProgram extends EventEmitter {
  stdout = new EventEmitter();
  stderr = new EventEmitter();
}

let program: FakeProgram;
let signal: AbortSignal;
beforeEach(() => {
  program = new FakeProgram();
  signal = stopRequested(program as never); // The streams of a process have more than events.
});

const failing = (code: string) => Object.assign(new Error(code), { code });

describe('stopRequested', () => {
  it.each([
    ['SIGINT', 'Stopped by Ctrl-C'],
    ['SIGTERM', 'Stopped by SIGTERM'],
    ['SIGHUP', 'Stopped because the terminal was closed'],
  ])('says who asked by %s, and stays to hear it again', (name, message) => {
    expect(signal.aborted).toBe(false);
    program.emit(name);
    expect(signal.reason).toMatchObject({ message, signalName: name });

    for (const other of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      expect(program.listenerCount(other)).toBe(1);
      program.emit(other);
    }
    expect(signal.reason).toMatchObject({ message });
  });

  it.each([
    ['EPIPE', 'Stopped because nobody reads the output'],
    ['EIO', 'Stopped because nobody reads the output'],
    ['ENOSPC', 'Stopped because the output cannot be written (ENOSPC)'],
  ])('says that the output ended with %s', (code, message) => {
    program.stdout.emit('error', failing(code));

    expect(signal.reason).toMatchObject({ message, signalName: null });
    program.stdout.emit('error', failing(code));
  });

  it('bears an error output that is closed', () => {
    program.stderr.emit('error', failing('EPIPE'));

    expect(signal.aborted).toBe(false);
  });
});
