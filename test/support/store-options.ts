/** Options of user stores in tests: as the functions open theirs, and as operators do. */
import { systemRuntime } from '../../functions/system-runtime.ts';
import type { UserStoreOptions } from '../../lib/store/dynamo-user-store.ts';

/** How long names rest in tests: 30 days, the default of the setting. */
export const REST_SECONDS = 30 * 86_400;

export const FOR_REQUESTS: UserStoreOptions = {
  releasedNameRestSeconds: REST_SECONDS,
  nowSeconds: systemRuntime.nowSeconds,
  keepsLastSuperuser: true,
};

export const FOR_OPERATORS: UserStoreOptions = { ...FOR_REQUESTS, keepsLastSuperuser: false };
