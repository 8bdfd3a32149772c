/** That commands explain themselves to whoever does not know their words. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../../tools/support/cloud-access.ts';

function run(tool: string, words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`tools/${tool}.ts`, ...words], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], STACK_FILE: '/dev/null' },
  });
  return { status, stdout, stderr };
}

describe.each([
  ['token', [['--other'], [], ['alice', 'bob'], ['alice', '--scope']]],
  ['restore', [['--other'], [], ['word']]],
] as const)('npm run %s', { timeout: 30_000 }, (tool, wrong) => {
  it('says how it is used when asked', () => {
    for (const word of ['--help', '-h']) {
      expect(run(tool, [word])).toEqual({
        status: 0,
        stdout: expect.stringMatching(new RegExp(`npm run ${tool} -- `)),
        stderr: '',
      });
    }
  });

  it('says how it is used to words that it does not take', () => {
    for (const words of wrong) {
      expect(run(tool, [...words]), words.join(' ')).toEqual({
        status: 2,
        stdout: '',
        stderr: expect.stringMatching(new RegExp(`^(?:Usage: )?npm run ${tool} -- `)),
      });
    }
  });
});
