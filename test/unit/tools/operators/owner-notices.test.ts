import { expect, it } from 'vitest';
import { openNotices } from '../../../../tools/operators/owner-notices.ts';
import { clientSettings } from '../../../../tools/support/cloud-access.ts';
import { aTellingRecord, NOTICE_SETTINGS } from '../../../support/notice-builders.ts';

it('prints that the owner could not be told, without the address', async () => {
  const lines: string[] = [];
  const settings = { ...clientSettings('http://127.0.0.1:1'), maxAttempts: 1 };
  const notices = openNotices(JSON.stringify(NOTICE_SETTINGS), settings, (line) => {
    lines.push(line);
  });

  await expect(notices.tell(aTellingRecord({ username: 'countess' }))).rejects.toThrow();
  expect(lines).toEqual([expect.stringMatching(/^The owner could not be told by mail \(\w+\): /)]);
  expect(lines.join()).not.toContain('ada@example.com');
});
