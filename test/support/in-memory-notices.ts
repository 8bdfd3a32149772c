/** Notices in memory: what would have been mailed. */
import { type Notice, noticesOf } from '../../lib/notices/notice.ts';
import type { Notices } from '../../lib/self-service/ports.ts';

export interface InMemoryNotices extends Notices {
  /** In the order of sending. */
  sent: Notice[];
}

export function createInMemoryNotices(): InMemoryNotices {
  const sent: Notice[] = [];
  return {
    sent,
    async tell(record) {
      sent.push(...noticesOf(record));
    },
  };
}
