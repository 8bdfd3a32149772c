/**
 * A user directory whose adapter is loaded at the first call of it: most requests never need the
 * directory, and should not wait for its client to load. Knows no directory itself.
 */
import { decoratePort } from '../port-decorator.ts';
import type { UserDirectory } from '../self-service/ports.ts';

/** A directory that loads the real one when it is first needed, once. */
export function createLazyDirectory(load: () => Promise<UserDirectory>): UserDirectory {
  let loading: Promise<UserDirectory> | undefined;
  return decoratePort(async (invoke) => {
    loading ??= load();
    return invoke(await loading);
  });
}
