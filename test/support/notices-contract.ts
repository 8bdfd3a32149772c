/** What every implementation of the notices keeps: the in-memory one, and the one that sends mail. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Notices } from '../../lib/self-service/ports.ts';
import { aTellingRecord } from './notice-builders.ts';

/** An implementation, and what it has sent. */
export interface NoticesUnderTest {
  notices: Notices;
  /** How many mails were sent to an address. */
  countTo(address: string): Promise<number>;
}

const anAddress = () => `${randomUUID()}@users.example`;

export function describeNotices(of: string, open: () => NoticesUnderTest): void {
  describe(`the notices ${of}`, () => {
    it('go to each address of the intent, once', async () => {
      const { notices, countTo } = open();
      const [before, after] = [anAddress(), anAddress()];
      await notices.tell(aTellingRecord({ email: after }, { notify: [before, after] }));

      expect([await countTo(before), await countTo(after)]).toEqual([1, 1]);
    });

    it('are sent again when they are told again', async () => {
      const { notices, countTo } = open();
      const to = anAddress();
      const record = aTellingRecord({ username: 'countess' }, { notify: [to] });
      await notices.tell(record);
      await notices.tell(record);

      expect(await countTo(to)).toBe(2);
    });

    it('go to nobody where nothing changes that signs in, or nobody is to be told', async () => {
      const { notices, countTo } = open();
      const to = anAddress();
      await notices.tell(aTellingRecord({ name: 'Countess' }, { notify: [to] }));
      await notices.tell(aTellingRecord({ email: to }, { notify: [] }));

      expect(await countTo(to)).toBe(0);
    });
  });
}
