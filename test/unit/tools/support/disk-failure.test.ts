import { describe, expect, it } from 'vitest';
import { explainDiskFailure } from '../../../../tools/support/disk-failure.ts';
import { UserFacingError } from '../../../../tools/support/progress.ts';

const MEGABYTE = 1024 * 1024;
const system = (code: string, syscall: string, path?: string) =>
  Object.assign(new Error(`${code}: ${syscall}`), { code, syscall, ...(path && { path }) });
const step = (cause?: Error) =>
  new UserFacingError('Deploying failed: it ended with 1.', cause && { cause });

/** The explanation, on disks with that many bytes free at each folder. */
const explain = (error: unknown, free: Record<string, number | undefined> = { '/tmp': 1e12 }) =>
  explainDiskFailure(error, Object.keys(free), (folder) => Promise.resolve(free[folder]));

describe('explainDiskFailure', () => {
  it.each(['ENOSPC', 'EDQUOT'])('says of %s, however deep, that the disk is full', async (code) => {
    const error = step(new Error('outer', { cause: system(code, 'write') }));

    expect(await explain(error)).toEqual(
      new UserFacingError('The disk is full: free about 200 MB at /tmp.'),
    );
  });

  it('finds that a child process failed for want of space', async () => {
    const free = { '/tmp': 5 * MEGABYTE, '/home': 900 * MEGABYTE, '/gone': undefined };

    expect(await explain(step(new Error('it ended with 1')), free)).toEqual(
      new UserFacingError('The disk is full: free about 200 MB at /tmp.'),
    );
  });

  it('leaves other failures as they are while there is space', async () => {
    const error = step(new Error('it ended with 1'));

    expect(await explain(error)).toBe(error);
    expect(await explain('a text')).toBe('a text');
  });

  it('leaves what a person did wrong, and what other calls refuse, even on a full disk', async () => {
    const full = { '/tmp': 0 };
    const wrong = step();
    const refused = step(system('ECONNREFUSED', 'connect'));

    expect(await explain(wrong, full)).toBe(wrong);
    expect(await explain(refused, full)).toBe(refused);
  });

  it.each([
    ['EACCES', 'open', 'this user has no permission for it'],
    ['EROFS', 'open', 'the disk is read-only'],
    ['ENOENT', 'mkdir', 'the folder that should hold it does not exist'],
  ])('says which file is refused with %s', async (code, syscall, reason) => {
    expect(await explain(system(code, syscall, '/there/file'))).toEqual(
      new UserFacingError(`/there/file cannot be used: ${reason}.`),
    );
  });

  it('does not take a command that is missing for a missing folder', async () => {
    const error = system('ENOENT', 'spawn sh', 'sh');

    expect(await explain(error)).toBe(error);
  });
});
