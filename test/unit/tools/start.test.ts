import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../../tools/support/cloud-access.ts';

/** Runs `npm start` with those ports; wrong ones end it before it starts anything. */
function start(ports: Record<string, string>) {
  const { status, stderr } = spawnSync(process.execPath, ['tools/start.ts'], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...ports },
  });
  return { status, stderr };
}

describe('npm start', { timeout: 30_000 }, () => {
  it.each([
    ['CLOUD_PORT', 'APP_PORT'],
    ['CLOUD_PORT', 'DOCS_PORT'],
    ['APP_PORT', 'DOCS_PORT'],
  ])('says in a sentence that %s and %s are the same', (one, other) => {
    expect(start({ [one]: '5794', [other]: '5794' })).toEqual({
      status: 1,
      stderr: `${one} and ${other} are both 5794: choose different ports.\n`,
    });
  });

  it.each([
    ['EMAIL_CHANGE', 'immediate or verified'],
    ['SIGN_IN_NAMES', 'aliases or email or username'],
  ])('says in a sentence what %s can be', (variable, values) => {
    expect(start({ [variable]: 'later' })).toEqual({
      status: 1,
      stderr: `${variable} must be ${values}: later\n`,
    });
  });

  it('says in a sentence that a port is none', () => {
    expect(start({ APP_PORT: '70000' })).toEqual({
      status: 1,
      stderr: 'APP_PORT must be a port number, or 0 for a free one: 70000\n',
    });
  });
});
