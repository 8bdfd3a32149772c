/** Namespace of usernames and e-mails: no variant spelling of a taken name is accepted. */
import fc from 'fast-check';
import * as v from 'valibot';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EmailSchema, foldName, isUsername } from '../../lib/account/names.ts';
import { aRecord, NOW } from '../support/builders.ts';
import { recordFigures, size } from '../support/figures.ts';
import { TRICKS } from '../support/malicious-input.ts';
import { inconsistencies } from '../support/oracle.ts';
import { anApi } from '../unit/http/api-harness.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const figures = { 'code points tried': 0, 'let in': 0, 'spellings tried': 0, 'pairs compared': 0 };
afterAll(() => recordFigures('names', figures));

const isEmail = (text: string) => v.is(EmailSchema, text);

/** Every code point, including lone surrogates. */
function* everyCharacter(): Generator<string> {
  for (let point = 0; point <= 0x10ffff; point += 1) yield String.fromCodePoint(point);
}

describe('characters of a name', () => {
  it('are ASCII characters of the pattern, at any position of a username or an e-mail', () => {
    const inUsername = new Set<string>();
    const inEmail = new Set<string>();
    for (const character of everyCharacter()) {
      figures['code points tried'] += 1;
      const around = [`${character}ada`, `a${character}da`, `ada${character}`, character];
      if (around.some(isUsername)) inUsername.add(character);
      const places = [
        `a${character}@example.com`,
        `a@ex${character}ample.com`,
        `a@example.c${character}m`,
      ];
      if (places.some(isEmail)) inEmail.add(character);
    }

    const allowed = /^[a-zA-Z0-9_\-@.]$/;
    expect([...inUsername].filter((one) => !allowed.test(one))).toEqual([]);
    expect(inUsername.size).toBe(66);
    expect([...inEmail].filter((one) => !/^[!-~]$/.test(one))).toEqual([]);
    figures['let in'] = inUsername.union(inEmail).size;
  }, 120_000);
});

describe('folding', () => {
  /** Independent statement of the rule for ASCII names. */
  const asCompared = (name: string) =>
    name
      .replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32))
      .replace(/\.*$/, '');

  it('of valid names is ASCII lower case without trailing dots', () => {
    const characters = fc.constantFrom(...'aAzZ09_-@..');
    const name = fc.string({ unit: characters, minLength: 1, maxLength: 12 }).filter(isUsername);
    const numRuns = size({ bounded: 20_000, full: 500_000 });

    fc.assert(
      fc.property(name, name, (one, other) => {
        figures['pairs compared'] += 1;
        expect(foldName(one) === foldName(other)).toBe(asCompared(one) === asCompared(other));
      }),
      { numRuns },
    );
  }, 120_000);

  it('of any text is idempotent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(foldName(foldName(text))).toBe(foldName(text));
      }),
      { numRuns: size({ bounded: 5000, full: 100_000 }) },
    );
  });
});

describe('a variant of a taken name', () => {
  /** An account with `ada` and `ada@example.com`, and one that tries to take them. */
  const aRivalry = () =>
    anApi(
      aRecord({ username: 'mallory', email: 'mallory@example.com' }),
      aRecord({ username: 'ada', email: 'Ada@Example.com' }),
    );
  const attempt = async (field: 'username' | 'email', name: string) => {
    figures['spellings tried'] += 1;
    const api = aRivalry();
    const answer = await api.patch({ [field]: name });
    expect(inconsistencies(api)).toEqual([]);
    expect(api.store.names.get('ada')).not.toBe(api.store.names.get('mallory'));
    return answer;
  };

  it.each([
    'ada',
    'ADA',
    'aDa',
    'ada.',
    'ada....',
    'ADA@EXAMPLE.COM',
    'ada@example.com',
    'ada@example.com.',
  ])('is the same name as a username: %s', async (name) => {
    expect((await attempt('username', name)).problem().code).toBe('username_taken');
  });

  it.each(['ada@example.com', 'ADA@EXAMPLE.COM', 'aDA@eXAMPLE.com'])(
    'is the same address as an e-mail: %s',
    async (address) => {
      expect((await attempt('email', address)).problem().code).toBe('email_taken');
    },
  );

  it.each([
    'ａｄａ',
    'аda',
    'αda',
    'ad\u0430',
    'ⓐda',
    '𝒶da',
    'ada․',
    'ada。',
    'ada…',
    'ad\u00e1',
    'ada ',
    ' ada',
    'ada\t',
    'ada%00',
    'ada/../ada',
    ...Object.values(TRICKS).flatMap((trick) => [`ad${trick}a`, `${trick}ada`, `ada${trick}`]),
  ])('is no username: %j', async (name) => {
    expect((await attempt('username', name)).problem().errors).toMatchObject([
      { pointer: '/username', code: 'invalid_username' },
    ]);
  });

  it.each([
    'аda@example.com',
    'ada@exаmple.com',
    'ada@example.com.',
    '"ada"@example.com',
    'ada@example.com\r\nbcc:mallory@example.com',
    'ada@example.com,mallory@example.com',
    '<ada@example.com>',
    'ada@[127.0.0.1]',
    ...Object.values(TRICKS).flatMap((trick) => [
      `ad${trick}a@example.com`,
      `ada@exam${trick}ple.com`,
    ]),
  ])('is no e-mail: %j', async (address) => {
    expect((await attempt('email', address)).problem().errors).toMatchObject([
      { pointer: '/email', code: 'invalid_email' },
    ]);
  });

  it.each(['.ada', 'a.da', 'ada_', 'ada-', '@ada', 'ada@', 'ada@example.com.x', 'ada0'])(
    'is another name, and may be had: %s',
    async (name) => {
      expect((await attempt('username', name)).status).toBe(200);
    },
  );

  it.each(['admin', 'ADMIN', 'aDmIn', 'admin.', 'Admin...'])(
    'is the reserved one: %s',
    async (name) => {
      expect((await attempt('username', name)).problem().code).toBe('username_reserved');
    },
  );

  it('can be respelled by its holder', async () => {
    const api = anApi(aRecord({ username: 'ada', email: null }));

    for (const name of ['ada.', 'ADA', 'Ada..']) {
      expect((await api.patch({ username: name })).account()).toMatchObject({ username: name });
      expect([...api.store.names.keys()]).toEqual(['ada']);
    }
  });

  it('of dots only is a single name, which one account can hold', async () => {
    const api = anApi(aRecord({ username: 'mallory' }), aRecord({ username: '.' }));

    for (const name of ['.', '..', '.'.repeat(50)]) {
      expect((await api.patch({ username: name })).problem().code).toBe('username_taken');
    }
  });
});
