import { createInMemoryUserStore } from '../support/in-memory-user-store.ts';
import { describeUserStore } from '../support/user-store-contract.ts';

const store = createInMemoryUserStore();

describeUserStore('in memory', () => store);
