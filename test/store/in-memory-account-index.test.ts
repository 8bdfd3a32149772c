import type { AccountRecord } from '../../lib/account/account-record.ts';
import { describeAccountIndex } from '../support/account-index-contract.ts';
import { createInMemoryAccountIndex } from '../support/in-memory-account-index.ts';
import { createInMemoryUserStore } from '../support/in-memory-user-store.ts';

const store = createInMemoryUserStore();
const index = createInMemoryAccountIndex(store);

describeAccountIndex('in memory', () => ({
  store: store.forOperators,
  index,
  async plantUnreadable(subject) {
    store.records.set(subject, { subject, broken: true } as unknown as AccountRecord);
  },
}));
