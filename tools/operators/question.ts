/** Asks whoever runs a command for a word. */
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import { InterruptedError } from './interruption.ts';

interface Terminal {
  input: Readable & { isTTY?: boolean };
  output: Writable;
}

/**
 * Asks for confirmation.
 * @param what what is done, to whom and where
 * @throws OperationError unless the answer is yes, InterruptedError at Ctrl-C
 */
export async function ask(
  what: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (!input.isTTY) throw new OperationError(`Nothing was changed: pass --yes to ${what}.`);
  const terminal = createInterface({ input, output });
  const answer = await new Promise<string | null>((resolve) => {
    terminal.question(`Type yes to ${what}: `, resolve);
    terminal.on('close', () => resolve(null)).on('SIGINT', () => resolve(null));
  });
  terminal.close();
  if (answer === null) {
    output.write('\n');
    throw new InterruptedError('Interrupted: nothing was changed.');
  }
  if (answer.trim() !== 'yes') throw new OperationError('Cancelled: nothing was changed.');
}
