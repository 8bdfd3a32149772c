import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../../tools/support/cloud-access.ts';

it('says in a sentence what is wrong with a variable, and starts nothing', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/start.ts'], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], SIGN_IN_NAMES: 'later' },
  });

  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: '',
    stderr: 'SIGN_IN_NAMES must be aliases or email or username: later\n',
  });
});

it('says in a sentence that the packages are not installed', () => {
  const script = join(PROJECT_ROOT, 'tools/prerequisites.sh');
  const run = (cwd: string) => {
    const { status, stderr } = spawnSync('sh', [script], { cwd, encoding: 'utf8' });
    return { status, stderr };
  };

  expect(run(PROJECT_ROOT)).toEqual({ status: 0, stderr: '' });
  expect(run(tmpdir())).toEqual({
    status: 1,
    stderr: expect.stringMatching(
      /^Run npm ci first, .*: packages are missing that npm start needs\.\n$/,
    ),
  });
});
