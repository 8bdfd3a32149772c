import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { PROJECT_ROOT } from '../../../tools/support/cloud-access.ts';
import { StartedProgram } from '../../support/npm-start.ts';

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'ends what its commands started after %s, and starts no more of them',
  async (name) => {
    const folder = await mkdtemp(join(tmpdir(), 'side-by-side-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const script = join(folder, 'script');
    // A shell waits for the command in it, and would run the next.
    await writeFile(script, 'echo "running $1"\nsleep 600\necho next\n');
    const commands = ['one', 'two'].map((word) => `sh ${script} ${word}; true`);
    // More than there are cores.
    const many = Array.from({ length: 100 }, () => `sh ${script} more`);
    const program = new StartedProgram(
      spawn(process.execPath, ['tools/side-by-side.ts', ...commands, ...many], {
        cwd: PROJECT_ROOT,
        env: { PATH: process.env['PATH'] },
      }),
    );
    await program.prints('running one');
    program.child.kill(name);
    program.child.kill(name);

    // Its output is closed by the last process that has it.
    expect(await program.ended).toBe(1);
    expect(program.printed).not.toContain('next');
  },
);
