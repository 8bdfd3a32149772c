/** The folder of one local service for its temporary files. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const PREFIX = 'current-user-';

/** A path for a folder that nobody else has. */
export function temporaryFolder(): string {
  return join(tmpdir(), `${PREFIX}${randomUUID()}`);
}

/** Removes such a folder, if it is there. */
export async function removeTemporaryFolder(folder: string): Promise<void> {
  // The path of an earlier run was read from a file, which may name anything.
  if (!basename(folder).startsWith(PREFIX)) return;
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
