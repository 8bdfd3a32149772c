import { describe, expect, it } from 'vitest';
import { ENV, parseConfig, parseSmokeTestTargets } from '../../lib/config.ts';
import { RULES } from '../support/builders.ts';

const env = (given: Record<string, string | undefined> = {}) => ({
  USERS_TABLE_NAME: 'users',
  USER_POOL_ID: 'eu-central-1_Ab12Cd34E',
  SIGN_IN_NAMES: 'aliases',
  CORS_ORIGINS: 'https://app.example.com,http://localhost:5173',
  ADMIN_USERNAME: 'admin',
  RESERVED_NAMES: 'root,support',
  RELEASED_NAME_REST_SECONDS: '2592000',
  RECENT_SIGN_IN_SECONDS: '900',
  EMAIL_CHANGE: 'immediate',
  ALLOW_HTTP_AVATARS: 'false',
  PATCH_CLIENT_IDS: 'app,reports',
  PASSWORD_POLICY: JSON.stringify(RULES.passwordPolicy),
  NOTICES: '',
  ...given,
});

function complaintOf(given: Record<string, string | undefined>): string {
  try {
    parseConfig(given);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error('The settings were accepted');
}

describe('parseConfig', () => {
  it('reads the settings of a function', () => {
    expect(parseConfig(env())).toEqual({
      usersTableName: 'users',
      userPoolId: 'eu-central-1_Ab12Cd34E',
      signInNames: 'aliases',
      corsOrigins: ['https://app.example.com', 'http://localhost:5173'],
      adminUsername: 'admin',
      reservedNames: ['root', 'support'],
      releasedNameRestSeconds: 2_592_000,
      recentSignInSeconds: 900,
      emailChange: 'immediate',
      allowHttpAvatars: false,
      patchClientIds: ['app', 'reports'],
      passwordPolicy: RULES.passwordPolicy,
      notices: '',
    });
  });

  it.each([
    { text: '', origins: [] },
    { text: 'https://a.example', origins: ['https://a.example'] },
    { text: 'https://a.example,', origins: ['https://a.example'] },
  ])('reads the origins "$text"', ({ text, origins }) => {
    expect(parseConfig(env({ CORS_ORIGINS: text })).corsOrigins).toEqual(origins);
  });

  it.each([
    { name: 'RECENT_SIGN_IN_SECONDS', text: '0', setting: { recentSignInSeconds: 0 } },
    { name: 'RESERVED_NAMES', text: '', setting: { reservedNames: [] } },
    {
      name: 'RELEASED_NAME_REST_SECONDS',
      text: '0',
      setting: { releasedNameRestSeconds: 0 },
    },
    { name: 'EMAIL_CHANGE', text: 'verified', setting: { emailChange: 'verified' } },
    { name: 'ALLOW_HTTP_AVATARS', text: 'true', setting: { allowHttpAvatars: true } },
    { name: 'PATCH_CLIENT_IDS', text: '', setting: { patchClientIds: [] } },
    { name: 'NOTICES', text: '{"from":"x"}', setting: { notices: '{"from":"x"}' } },
  ])('reads $name $text', ({ name, text, setting }) => {
    expect(parseConfig(env({ [name]: text }))).toMatchObject(setting);
  });

  it('looks at no other variable', () => {
    expect(parseConfig(env({ AWS_REGION: 'eu-central-1', PATH: '/bin' }))).toEqual(
      parseConfig(env()),
    );
  });

  it.each(Object.values(ENV).map((name) => ({ name })))('asks for $name', ({ name }) => {
    const complaint = complaintOf(env({ [name]: undefined }));

    expect(complaint).toBe(`Missing or wrong environment variables: ${name}`);
  });

  it.each([
    { name: 'USERS_TABLE_NAME', text: '' },
    { name: 'USER_POOL_ID', text: '' },
    { name: 'USER_POOL_ID', text: 'Ab12Cd34E' },
    { name: 'USER_POOL_ID', text: 'https://x/eu-central-1_Ab12Cd34E' },
    { name: 'ADMIN_USERNAME', text: '' },
    { name: 'RECENT_SIGN_IN_SECONDS', text: '' },
    { name: 'RECENT_SIGN_IN_SECONDS', text: '-1' },
    { name: 'RECENT_SIGN_IN_SECONDS', text: '1.5' },
    { name: 'RECENT_SIGN_IN_SECONDS', text: '15m' },
    { name: 'ALLOW_HTTP_AVATARS', text: '' },
    { name: 'ALLOW_HTTP_AVATARS', text: 'TRUE' },
    { name: 'ALLOW_HTTP_AVATARS', text: '1' },
    { name: 'PASSWORD_POLICY', text: '' },
    { name: 'PASSWORD_POLICY', text: '{' },
    { name: 'PASSWORD_POLICY', text: '{}' },
    { name: 'PASSWORD_POLICY', text: JSON.stringify({ ...RULES.passwordPolicy, minLength: '8' }) },
  ])('refuses $name "$text"', ({ name, text }) => {
    expect(complaintOf(env({ [name]: text }))).toContain(name);
  });

  it('names every variable that is missing or wrong at once', () => {
    const complaint = complaintOf({});

    const names = complaint.replace(/^.*: /, '').split(', ');
    expect(names.sort()).toEqual(Object.values(ENV).sort());
  });

  it('repeats no value', () => {
    const value = 'a-secret-value!';
    const wrong = Object.fromEntries(Object.values(ENV).map((name) => [name, value]));

    expect(complaintOf(wrong)).not.toContain(value);
  });
});

describe('parseSmokeTestTargets', () => {
  it('reads the versions to ask', () => {
    expect(parseSmokeTestTargets({ SMOKE_TEST_TARGETS: 'get-me:7,patch-me:9' })).toEqual([
      'get-me:7',
      'patch-me:9',
    ]);
  });

  it.each([undefined, '', ','])('refuses %j, which names none', (value) => {
    expect(() => parseSmokeTestTargets({ SMOKE_TEST_TARGETS: value })).toThrow(
      'SMOKE_TEST_TARGETS names no version',
    );
  });
});
