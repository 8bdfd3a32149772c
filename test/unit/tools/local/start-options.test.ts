import { describe, expect, it } from 'vitest';
import { startOptions } from '../../../../tools/local/start-options.ts';

const failureOf = (variables: Record<string, string>) => () => startOptions(variables);

describe('startOptions', () => {
  it('has the ports and settings of the documentation without any variable', () => {
    expect(startOptions({})).toEqual({
      cloudPort: 4566,
      pages: { appPort: 5173, docsPort: 5174 },
      callbackUrls: [],
      settings: { emailChange: 'immediate', signInNames: 'aliases' },
    });
  });

  it('takes an empty variable for one that is not there', () => {
    const names = ['CLOUD_PORT', 'APP_PORT', 'CALLBACK_URLS', 'RECENT_SIGN_IN_MINUTES'];

    expect(startOptions(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(
      startOptions({}),
    );
  });

  it.each([
    ['CLOUD_PORT', 'APP_PORT'],
    ['CLOUD_PORT', 'DOCS_PORT'],
    ['APP_PORT', 'DOCS_PORT'],
  ])('says that %s and %s are the same', (one, other) => {
    expect(failureOf({ [one]: '5794', [other]: '5794' })).toThrow(
      `${one} and ${other} are both 5794: choose different ports.`,
    );
  });

  it('lets several ports be free ones', () => {
    expect(startOptions({ CLOUD_PORT: '0', APP_PORT: '0', DOCS_PORT: '0' })).toMatchObject({
      cloudPort: 0,
      pages: { appPort: 0, docsPort: 0 },
    });
  });

  it('turns pages off', () => {
    expect(startOptions({ APP_PORT: 'off', DOCS_PORT: 'off' }).pages).toEqual({
      appPort: null,
      docsPort: null,
    });
  });

  it.each([
    ['CLOUD_PORT', 'off', '0 for a free one'],
    ['CLOUD_PORT', '70000', '0 for a free one'],
    ['APP_PORT', '-1', '0 for a free one, or off'],
    ['DOCS_PORT', '1.5', '0 for a free one, or off'],
  ])('says what %s=%s should be', (variable, value, choice) => {
    expect(failureOf({ [variable]: value })).toThrow(
      `${variable} must be a port number, ${choice}: ${value}`,
    );
  });

  it.each([
    ['EMAIL_CHANGE', 'immediate or verified'],
    ['SIGN_IN_NAMES', 'aliases or email or username'],
  ])('says what %s can be', (variable, values) => {
    expect(failureOf({ [variable]: 'later' })).toThrow(`${variable} must be ${values}: later`);
  });

  it('takes callback URLs of this machine and secure ones', () => {
    const text =
      'http://localhost:3000/callback, http://127.0.0.1:3000/,https://app.example.com/in';

    expect(startOptions({ CALLBACK_URLS: text }).callbackUrls).toEqual([
      'http://localhost:3000/callback',
      'http://127.0.0.1:3000/',
      'https://app.example.com/in',
    ]);
  });

  it.each([
    'localhost:3000/callback',
    'http://app.example.com/callback',
    'http://localhost:3000/#callback',
    'http://localhost:3000/*',
    'http://ada@localhost:3000/',
    'ftp://localhost/',
    'http://localhost:3000/a,',
    '/callback',
  ])('says what CALLBACK_URLS=%s should be', (text) => {
    expect(failureOf({ CALLBACK_URLS: text })).toThrow(
      `CALLBACK_URLS must be URLs such as http://localhost:3000/callback, separated by commas: ${text}`,
    );
  });

  it('says that the example app has the port of one’s own page, until it is off', () => {
    const own = { CALLBACK_URLS: 'http://localhost:5173/callback' };

    expect(failureOf(own)).toThrow(
      'CALLBACK_URLS and APP_PORT both use port 5173: choose APP_PORT=off or another APP_PORT, or another port for your page.',
    );
    expect(startOptions({ ...own, APP_PORT: 'off' }).callbackUrls).toEqual([own.CALLBACK_URLS]);
  });

  it('hands over how old a sign-in may be', () => {
    expect(startOptions({ RECENT_SIGN_IN_MINUTES: '1' }).settings).toMatchObject({
      recentSignInMinutes: '1',
    });
    expect(failureOf({ RECENT_SIGN_IN_MINUTES: 'soon' })).toThrow(
      'RECENT_SIGN_IN_MINUTES must be a whole number from 0 to 43200: soon',
    );
  });
});
