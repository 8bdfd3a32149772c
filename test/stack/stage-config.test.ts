import { describe, expect, it } from 'vitest';
import { parseStageConfig, SettingsError } from '../../infra/stage-config.ts';

const fault = (settings: Record<string, unknown>): string => {
  try {
    parseStageConfig(settings);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error('The settings were accepted');
};

describe('parseStageConfig', () => {
  it('needs no setting', () => {
    expect(parseStageConfig({})).toEqual({
      stage: 'dev',
      keepsAccounts: true,
      callbackUrls: ['http://localhost:5173/callback'],
      logoutUrls: ['http://localhost:5173/'],
      corsOrigins: ['http://localhost:5173'],
      identityProviders: [],
      adminUsername: 'admin',
      recentSignInMinutes: 15,
      allowHttpAvatars: false,
      patchClients: [],
      throttleRate: 500,
      throttleBurst: 1000,
      memoryMegabytes: 512,
      logRetentionDays: 90,
      accessLogRole: 'create',
      domainPrefix: null,
    });
  });

  it.each([
    ['local', false],
    ['dev', true],
    ['production', true],
  ])('in stage %s, keeps accounts: %s', (stage, keepsAccounts) => {
    expect(parseStageConfig({ stage }).keepsAccounts).toBe(keepsAccounts);
  });

  it('reads strings of the command line and JSON of cdk.json alike', () => {
    const ofCommandLine = parseStageConfig({
      callbackUrls: 'https://a.example/cb, https://b.example/cb',
      allowHttpAvatars: 'true',
      memoryMegabytes: '1024',
      logRetentionDays: '30',
    });

    const ofFile = parseStageConfig({
      callbackUrls: ['https://a.example/cb', 'https://b.example/cb'],
      allowHttpAvatars: true,
      memoryMegabytes: 1024,
      logRetentionDays: 30,
    });

    expect(ofCommandLine).toEqual(ofFile);
    expect(ofFile).toMatchObject({ memoryMegabytes: 1024, allowHttpAvatars: true });
  });

  it('derives origins and sign-out addresses from the callbacks, each once', () => {
    const callbackUrls = 'https://a.example/cb,https://a.example/silent,https://b.example:8443/cb';

    const config = parseStageConfig({ callbackUrls });

    expect(config.corsOrigins).toEqual(['https://a.example', 'https://b.example:8443']);
    expect(config.logoutUrls).toEqual(['https://a.example/', 'https://b.example:8443/']);
  });

  it('allows no origin at all', () => {
    expect(parseStageConfig({ corsOrigins: '' }).corsOrigins).toEqual([]);
  });

  it('allows 127.0.0.1 in stage local only', () => {
    const callbackUrls = 'http://127.0.0.1:8080/callback';

    expect(parseStageConfig({ stage: 'local', callbackUrls }).callbackUrls).toEqual([callbackUrls]);
    expect(fault({ stage: 'dev', callbackUrls })).toContain('callbackUrls');
  });

  it.each([
    ['stage', 'staging'],
    ['callbackUrls', 'http://app.example/cb'],
    ['callbackUrls', 'https://app.example/cb#fragment'],
    ['callbackUrls', 'https://user:secret@app.example/cb'],
    ['callbackUrls', 'javascript:alert(1)'],
    ['callbackUrls', ''],
    ['callbackUrls', 7],
    ['logoutUrls', 'somewhere'],
    ['corsOrigins', '*'],
    ['corsOrigins', 'https://*.example'],
    ['corsOrigins', 'https://app.example/'],
    ['corsOrigins', 'https://app.example/path'],
    ['corsOrigins', 'https://APP.example'],
    ['corsOrigins', 'null'],
    ['identityProviders', 'no spaces please'],
    ['patchClients', 'not an id'],
    ['patchClients', ['']],
    ['adminUsername', ''],
    ['adminUsername', 'Jürgen'],
    ['recentSignInMinutes', '-1'],
    ['recentSignInMinutes', '1.5'],
    ['recentSignInMinutes', 'often'],
    ['allowHttpAvatars', 'yes'],
    ['throttleRate', 0],
    ['throttleBurst', '0'],
    ['memoryMegabytes', 64],
    ['memoryMegabytes', ''],
    ['memoryMegabytes', 20_000],
    ['logRetentionDays', 42],
    ['logRetentionDays', 'long'],
    ['accessLogRole', 'maybe'],
    ['domainPrefix', 'My-Prefix'],
    ['domainPrefix', 'my-cognito'],
    ['domainPrefix', 'ends-'],
  ])('refuses %s = %j and names it', (name, value) => {
    expect(fault({ [name]: value })).toMatch(
      new RegExp(`^Wrong settings: ${name} must [^.].*\\.$`),
    );
  });

  it('names every wrong setting at once', () => {
    const message = fault({ stage: 'x', memoryMegabytes: 1, corsOrigins: '*' });

    expect(message).toContain('stage must be one of local, dev, production.');
    expect(message).toContain('memoryMegabytes must be a whole number from 128 to 10240.');
    expect(message).toContain('corsOrigins must list');
  });
});
