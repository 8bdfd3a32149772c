import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../../../tools/support/cloud-access.ts';

const MODULE = join(PROJECT_ROOT, 'tools/operators/interruption.ts');

/** Runs a program that says when it is ready, and interrupts it then as often as npm does: twice. */
async function interrupted(program: string) {
  const source = `
    import { during, end, endOnSignals, isInterrupted } from ${JSON.stringify(MODULE)};
    endOnSignals();
    const ready = () => { console.log('ready'); return setInterval(() => {}, 1000); };
    ${program}`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source]);
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    said.stdout += String(data);
    if (said.stdout !== 'ready\n') return;
    child.kill('SIGINT');
    child.kill('SIGINT');
  });
  child.stderr.on('data', (data) => {
    said.stderr += String(data);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, ...said };
}

describe('Ctrl-C', () => {
  it('ends with one sentence and exit code 130', async () => {
    expect(await interrupted('ready();')).toEqual({
      code: 130,
      stdout: 'ready\n',
      stderr: 'Interrupted: nothing was changed.\n',
    });
  });

  it('prints first what would be lost', async () => {
    const program = `
      during({
        isBusy: () => false,
        sentence: () => 'Interrupted: go on with "verify --from abc".',
        last: () => console.log('{"found":[]}'),
      });
      ready();`;

    expect(await interrupted(program)).toEqual({
      code: 130,
      stdout: 'ready\n{"found":[]}\n',
      stderr: 'Interrupted: go on with "verify --from abc".\n',
    });
  });

  it('lets a change be finished that was begun, and begins no other', async () => {
    const program = `
      during({ isBusy: () => true, sentence: () => 'Interrupted.' });
      const timer = ready();
      while (!isInterrupted()) await new Promise((resolve) => setImmediate(resolve));
      console.log('finished');
      clearInterval(timer);
      end();`;

    expect(await interrupted(program)).toEqual({
      code: 130,
      stdout: 'ready\nfinished\n',
      stderr: 'Interrupted.\n',
    });
  });
});
