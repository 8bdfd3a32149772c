import { createInMemoryAccountIndex } from '../support/in-memory-account-index.ts';
import { createInMemoryUserStore } from '../support/in-memory-user-store.ts';
import { describeNameClaims } from './name-claims.ts';

describeNameClaims('in memory', 1000, () => {
  const store = createInMemoryUserStore();
  return { store, index: createInMemoryAccountIndex(store) };
});
