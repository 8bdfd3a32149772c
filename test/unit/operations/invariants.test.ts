import { describe, expect, it } from 'vitest';
import {
  checkDirectoryUser,
  checkReservation,
  checkReservedNames,
  INCONSISTENCIES,
} from '../../../lib/operations/invariants.ts';
import type { DirectoryPerson } from '../../../lib/self-service/ports.ts';
import { aRecord, NOW, personOf, SERVICE, SSO } from '../../support/builders.ts';

const ada = aRecord({ username: 'Ada', email: 'ada@example.com' });
const { subject } = ada;
const held = new Map([
  ['ada', subject],
  ['ada@example.com', subject],
]);
const intent = {
  id: crypto.randomUUID(),
  openedAt: NOW,
  leaseUntil: 0,
  changes: { username: 'countess' },
  revokesSessions: null,
};

describe('checkReservedNames', () => {
  it('finds nothing where every name is reserved for the account', () => {
    expect(checkReservedNames(ada, held)).toEqual([]);
  });

  it('finds names that nothing reserves, and names that are reserved for another', () => {
    expect(checkReservedNames(ada, new Map([['ada', 'other']]))).toEqual([
      { kind: 'name_held_by_other', subject, name: 'ada' },
      { kind: 'name_not_reserved', subject, name: 'ada@example.com' },
    ]);
  });

  it('wants the names of a change under way reserved as well', () => {
    expect(checkReservedNames({ ...ada, intent }, held)).toEqual([
      { kind: 'name_not_reserved', subject, name: 'countess' },
    ]);
  });
});

describe('checkReservation', () => {
  it.each([
    ['nothing in a username', 'ada', ada, null],
    ['nothing in an e-mail', 'ada@example.com', ada, null],
    ['nothing in a name of a change under way', 'countess', { ...ada, intent }, null],
    ['a name that its account does not have', 'countess', ada, 'name_not_used'],
    ['a name of no account', 'ada', null, 'name_without_account'],
  ])('finds %s', (_what, name, record, kind) => {
    const expected = kind === null ? [] : [{ kind, subject, name }];

    expect(checkReservation({ name, holder: subject }, record)).toEqual(expected);
  });
});

describe('checkDirectoryUser', () => {
  const kindsOf = (person: Partial<DirectoryPerson> | null, record = ada, holders = held) =>
    checkDirectoryUser(
      record,
      person && { ...personOf(record), ...person },
      'aliases',
      holders,
    ).map(({ kind }) => kind);
  const sso = aRecord({ ...SSO, username: 'ada@corp.example', email: 'ada@corp.example' });

  it.each<[what: string, person: Partial<DirectoryPerson> | null, kinds: string[]]>([
    ['the same', {}, []],
    ['none', null, ['person_missing']],
    ['somebody else', { subject: 'other', enabled: false }, ['person_differs']],
    ['another username', { preferredUsername: 'eda' }, ['username_differs']],
    ['the username in another case', { preferredUsername: 'ada' }, ['username_differs']],
    ['another e-mail', { email: 'eda@example.com' }, ['email_differs']],
    ['no e-mail', { email: null }, ['email_differs']],
    ['an e-mail that is not verified', { emailVerified: false }, []],
    ['a disabled user', { enabled: false }, ['activation_differs']],
    ['a user of a provider', { identity: { provider: 'P', id: '1' } }, ['identity_differs']],
    [
      'another user in everything',
      { preferredUsername: 'eda', email: 'eda@example.com', enabled: false },
      ['username_differs', 'email_differs', 'activation_differs'],
    ],
    ['no preferred username', { preferredUsername: null }, []],
    ['a preferred username that no account can have', { preferredUsername: 'a b' }, []],
  ])('finds in %s: %3$s', (_what, person, kinds) => {
    expect(kindsOf(person)).toEqual(kinds);
  });

  it('finds a disabled account whose user is not', () => {
    const inactive = aRecord({ is_active: false });

    expect(kindsOf({ enabled: true }, inactive)).toEqual(['activation_differs']);
    expect(kindsOf({ enabled: false }, inactive)).toEqual([]);
  });

  it('finds only the open change while there is one', () => {
    for (const person of [null, {}, { preferredUsername: 'countess', enabled: false }]) {
      expect(kindsOf(person, { ...ada, intent })).toEqual(['intent_open']);
    }
  });

  it('does not miss names that another account had when this one was made', () => {
    const late = aRecord({ username: 'dir-late', email: null }, { directoryName: 'dir-late' });
    const person = { preferredUsername: 'ADA', email: 'Ada@example.com' };

    expect(kindsOf(person, late)).toEqual([]);
    expect(kindsOf({ email: 'no address', preferredUsername: null }, late)).toEqual([]);
  });

  it('compares provider and id of SSO accounts, and leaves their names to the provider', () => {
    expect(kindsOf({ email: 'new@corp.example', preferredUsername: 'x' }, sso)).toEqual([]);
    expect(kindsOf({ identity: { provider: 'Other', id: 'corp-7' } }, sso)).toEqual([
      'identity_differs',
    ]);
    expect(kindsOf({ identity: { provider: 'Corporate', id: 'corp-8' } }, sso)).toEqual([
      'identity_differs',
    ]);
    expect(kindsOf({ identity: null }, sso)).toEqual(['identity_differs']);
  });
});

describe('INCONSISTENCIES', () => {
  it('says of each kind what it means, in a sentence', () => {
    for (const meaning of Object.values(INCONSISTENCIES)) expect(meaning).toMatch(/^[A-Z].*\.$/);
  });
});

it('a service account has names to compare and no person', () => {
  const service = aRecord({ ...SERVICE, username: 'reports' });

  expect(checkReservedNames(service, new Map([['reports', service.subject]]))).toEqual([]);
});
