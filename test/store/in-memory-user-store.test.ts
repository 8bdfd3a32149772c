import { createInMemoryUserStore } from '../support/in-memory-user-store.ts';
import { FOR_REQUESTS } from '../support/store-options.ts';
import { describeUserStore } from '../support/user-store-contract.ts';

const store = createInMemoryUserStore();

describeUserStore('in memory', {
  open(options = {}) {
    Object.assign(store.rest, FOR_REQUESTS, options);
    return options.keepsLastSuperuser === false ? store.forOperators : store;
  },
  async setSuperusers({ subjects, isComplete }) {
    Object.assign(store.superusers, { subjects: new Set(subjects), isComplete });
  },
});
