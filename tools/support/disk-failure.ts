/** Failures of the file system as sentences: a full disk looks different in every program that meets it. */
import { statfs } from 'node:fs/promises';
import * as v from 'valibot';
import { UserFacingError } from './progress.ts';

/** Below this a failure is taken for one of a full disk. */
const NEARLY_FULL_BYTES = 20 * 1024 * 1024;
/** About what `npm start` writes. */
const NEEDED = '200 MB';

/** By code, and by system call where the code means this in one alone. */
const REASONS: Record<string, string> = {
  EACCES: 'this user has no permission for it',
  EPERM: 'this user has no permission for it',
  EROFS: 'the disk is read-only',
  'ENOENT mkdir': 'the folder that should hold it does not exist',
};

/**
 * What a person should do about a failure, if the file system is its reason; else the error itself.
 * @param folders that were written to, also by child processes
 */
export async function explainDiskFailure(
  error: unknown,
  folders: readonly string[],
  freeBytes = freeBytesOf,
): Promise<unknown> {
  const { code = '', syscall = '', path } = systemError(error) ?? {};
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  // What a child process wrote in vain is known from the disk alone.
  const free = await Promise.all(folders.map(freeBytes));
  const full = folders.filter((_, index) => (free[index] ?? Infinity) < NEARLY_FULL_BYTES);
  if (isFull || (code === '' && isOfChild(error) && full.length > 0)) {
    const place = (full.length > 0 ? full : folders).join(' or ');
    return new UserFacingError(`The disk is full: free about ${NEEDED} at ${place}.`, {
      cause: error,
    });
  }
  const reason = REASONS[code] ?? REASONS[`${code} ${syscall}`];
  if (path === undefined || reason === undefined) return error;
  return new UserFacingError(`${path} cannot be used: ${reason}.`, { cause: error });
}

/** A failure of a step, not one that was explained where it came up. */
function isOfChild(error: unknown): boolean {
  return error instanceof UserFacingError && error.cause instanceof Error;
}

const SystemErrorSchema = v.object({
  code: v.string(),
  syscall: v.string(),
  path: v.optional(v.string()),
});

/** The error or its cause that came of a system call. */
function systemError(error: unknown): v.InferOutput<typeof SystemErrorSchema> | null {
  if (v.is(SystemErrorSchema, error)) return error;
  return error instanceof Error ? systemError(error.cause) : null;
}

async function freeBytesOf(folder: string): Promise<number | undefined> {
  const disk = await statfs(folder).catch(() => null);
  return disk === null ? undefined : disk.bavail * disk.bsize;
}
