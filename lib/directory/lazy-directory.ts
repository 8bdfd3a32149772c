/**
 * A user directory whose adapter is loaded at the first call of it: most requests never need the
 * directory, and should not wait for its client to load. Knows no directory itself.
 */
import type { UserDirectory } from '../self-service/ports.ts';

/** A directory that loads the real one when it is first needed, once. */
export function createLazyDirectory(load: () => Promise<UserDirectory>): UserDirectory {
  let loading: Promise<UserDirectory> | undefined;
  const directory = () => {
    loading ??= load();
    return loading;
  };
  return {
    find: async (...args) => (await directory()).find(...args),
    setNames: async (...args) => (await directory()).setNames(...args),
    setEnabled: async (...args) => (await directory()).setEnabled(...args),
    setPassword: async (...args) => (await directory()).setPassword(...args),
    signOutEverywhere: async (...args) => (await directory()).signOutEverywhere(...args),
  };
}
