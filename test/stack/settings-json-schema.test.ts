import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SettingsSchema } from '../../infra/settings/settings-schema.ts';
import { ALL_SETTINGS, ALL_SETTINGS_OWN_POOL } from '../../tools/checks/all-settings.ts';
import { SCHEMA_FILE, settingsJsonSchema } from '../../tools/checks/settings-json-schema.ts';
import { isValid } from '../support/json-schema.ts';

const schema = JSON.parse(settingsJsonSchema());
const { stage: _, ...settings }: Record<string, unknown> = {
  ...ALL_SETTINGS_OWN_POOL,
  ...ALL_SETTINGS,
};

describe('the JSON Schema of settings files', () => {
  it('is what the schema of the settings says: run npm run settings', () => {
    expect(readFileSync(SCHEMA_FILE, 'utf8')).toBe(settingsJsonSchema());
  });

  it('accepts a file with every setting, and the key that names the schema', () => {
    expect(Object.keys(settings).sort()).toEqual(
      Object.keys(SettingsSchema.entries)
        .filter((name) => name !== 'stage')
        .sort(),
    );
    expect(isValid(schema, { $schema: './settings.schema.json', ...settings })).toBe(true);
    expect(isValid(schema, {})).toBe(true);
  });

  it.each(Object.keys(settings))('marks a value of %s that has the wrong type', (name) => {
    expect(isValid(schema, { [name]: settings[name] })).toBe(true);
    expect(isValid(schema, { [name]: { wrong: [] } })).toBe(false);
  });

  it.each([
    { alarmMail: 'ops@example.com' },
    { stage: 'production' },
    { region: 'mars-north-7' },
    { memoryMegabytes: '1024' },
    { memoryMegabytes: 64 },
    { callbackUrls: [] },
    { callbackUrls: 'https://app.example.com/callback' },
    { logRetentionDays: 42 },
    { tags: { 'aws:owner': 'me' } },
    { identityProviders: [{ type: 'saml', name: 'Partner' }] },
    { noticesTexts: { title: 'Changed' } },
  ])('marks %j', (file) => {
    expect(isValid(schema, file)).toBe(false);
  });

  it.each(Object.entries<{ description?: string }>(schema.properties).slice(1))(
    'explains %s without links, which editors do not follow',
    (_name, { description }) => {
      expect(description).toMatch(/^[`A-Z].*\. Default: .+\.$/);
      expect(description).not.toContain('](');
    },
  );
});
