/** The command `users check-pool`. */
import { describeCheck, readPool } from './check-pool.ts';
import { commandWithoutStack, EXIT_FOUND } from './command-line.ts';

/** Adds the command to the account tool. */
export function addCheckPool(): void {
  commandWithoutStack(
    'check-pool <pool-id>',
    'say whether an existing user pool on AWS fits, and which settings to write; only reads',
    async (id) => {
      const { fits, ...description } = describeCheck(await readPool(id));
      return { ...description, exitCode: fits ? 0 : EXIT_FOUND };
    },
  );
}
