/** Says what a long step is doing and how long it took, and turns its failure into a sentence. */

/** A failure that its message explains to the person at the terminal: no stack trace needed. */
export class UserFacingError extends Error {
  override readonly name = 'UserFacingError';
}

/**
 * The message of a failure that was expected, a user-facing one or one of these classes; the name and
 * message of any other.
 */
export function errorMessage(
  error: unknown,
  ...expected: readonly (abstract new (
    ...args: never
  ) => Error)[]
): string {
  const isExpected = [UserFacingError, ...expected].some((Expected) => error instanceof Expected);
  return isExpected && error instanceof Error ? error.message : String(error);
}

/**
 * Does a step and reports it.
 * @throws UserFacingError when the step fails
 */
export type Progress = <Result>(title: string, work: () => Promise<Result>) => Promise<Result>;

const REMINDER_SECONDS = 10;

/** Progress as lines; a failure's sentence names the log file. */
export function createProgress(print: (line: string) => void, logFile: string): Progress {
  return async (title, work) => {
    const start = performance.now();
    const elapsed = (digits: number) => `${((performance.now() - start) / 1000).toFixed(digits)} s`;
    print(`${title} ...`);
    const reminder = setInterval(
      () => print(`  still at it after ${elapsed(0)}`),
      REMINDER_SECONDS * 1000,
    );
    try {
      const result = await work();
      print(`  done in ${elapsed(1)}`);
      return result;
    } catch (error) {
      if (error instanceof UserFacingError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new UserFacingError(`${title} failed: ${reason}. The log is ${logFile}.`, {
        cause: error,
      });
    } finally {
      clearInterval(reminder);
    }
  };
}
