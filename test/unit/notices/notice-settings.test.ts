import { expect, it } from 'vitest';
import { parseNoticeSettings } from '../../../lib/notices/notice-settings.ts';
import { NOTICE_SETTINGS } from '../../support/notice-builders.ts';

it('reads the settings of the notices', () => {
  expect(parseNoticeSettings(JSON.stringify(NOTICE_SETTINGS))).toEqual(NOTICE_SETTINGS);
});

it.each(['', '{}', JSON.stringify({ ...NOTICE_SETTINGS, from: null })])('refuses %j', (json) => {
  expect(() => parseNoticeSettings(json)).toThrow();
});
