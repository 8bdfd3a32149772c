/** `npm test`: all tests that one machine runs in minutes, or those that the words select, as in `-- --project unit`. */
import { spawn } from 'node:child_process';

const words = process.argv.slice(2);
const all = ['npm run -s test:deployed', 'npm run -s test:undeployed'];
const child =
  words.length > 0
    ? spawn('vitest', ['run', ...words], { stdio: 'inherit' })
    : spawn(process.execPath, ['tools/side-by-side.ts', ...all], { stdio: 'inherit' });
process.once('SIGTERM', () => child.kill());
child.once('close', (code) => {
  process.exitCode = code ?? 1;
});
