import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SettingsSchema } from '../../infra/settings/settings-schema.ts';
import { SETTINGS_FILE, settingsDocument } from '../../tools/checks/settings-document.ts';

const rows = settingsDocument()
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split(' | '));

describe('docs/settings.md', () => {
  it('is what the schema says: run npm run settings', () => {
    expect(readFileSync(SETTINGS_FILE, 'utf8')).toBe(settingsDocument());
  });

  it('has a row with a default and a description for every setting', () => {
    const names = rows.map(([name]) => name?.slice(3, -1));

    expect(names.sort()).toEqual(Object.keys(SettingsSchema.entries).sort());
    for (const [name, defaultText, meaning] of rows) {
      expect(defaultText, name).toMatch(/\S/);
      expect(defaultText, name).not.toContain('[object');
      expect(meaning, name).toMatch(/^[`[A-Z][^|]*\. \|$/);
    }
  });
});
