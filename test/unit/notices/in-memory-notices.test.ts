import { createInMemoryNotices } from '../../support/in-memory-notices.ts';
import { describeNotices } from '../../support/notices-contract.ts';

describeNotices('in memory', () => {
  const notices = createInMemoryNotices();
  return {
    notices,
    countTo: async (address) => notices.sent.filter(({ to }) => to === address).length,
  };
});
