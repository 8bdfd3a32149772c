/**
 * `npm run users -- <command>`: account administration on the local service or, with `--stack`, on AWS.
 * Ctrl-C is met before the commands are loaded, which takes a moment.
 */
import { endOnSignals } from './operators/interruption.ts';

endOnSignals();
const { runAccountTool } = await import('./operators/account-tool.ts');
await runAccountTool();
