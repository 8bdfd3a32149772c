/**
 * `npm run restore -- --from <table>`: makes a deployment's table equal to a restored copy of
 * it (procedure: docs/operations.md). Works on the local service unless a stack is named.
 */
import { endOnSignals } from './operators/interruption.ts';
import { exitWithUsage, parseWords } from './support/usage.ts';

const USAGE = 'npm run restore -- [--stack <name> | --stage <name>] --from <restored table> --yes';

const { values } = parseWords(USAGE, {
  options: {
    stack: { type: 'string' },
    stage: { type: 'string' },
    from: { type: 'string' },
    yes: { type: 'boolean', default: false },
  },
});
const { from, stack, stage, yes } = values;
if (!from || stack === '') exitWithUsage(USAGE);

endOnSignals();
const { restore } = await import('./operators/restore-table.ts');
await restore({ stack, stage, from, yes });
