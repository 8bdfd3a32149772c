/** `npm test`: all tests that one machine runs in minutes, or those that the words select, as in `-- --project unit`. */
import { spawnSync } from 'node:child_process';

const words = process.argv.slice(2);
const all = ['npm run -s test:deployed', 'npm run -s test:undeployed'];
const [command, args] =
  words.length > 0
    ? ['vitest', ['run', ...words]]
    : [process.execPath, ['tools/side-by-side.ts', ...all]];
process.exitCode = spawnSync(command, args, { stdio: 'inherit' }).status ?? 1;
