import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type AccountRecord, directoryFields } from '../../../lib/account/account-record.ts';
import { PROFILE_FIELDS } from '../../../lib/account/fields.ts';
import type { JsonValue } from '../../../lib/account/metadata.ts';
import { updateSchema } from '../../../lib/account/update-schema.ts';
import type { UpdatePolicy } from '../../../lib/self-service/account-update.ts';
import { patchMe } from '../../../lib/self-service/current-user.ts';
import { fitProfile } from '../../../lib/self-service/directory-profile.ts';
import { getMe } from '../../../lib/self-service/own-account.ts';
import type { DirectoryPerson } from '../../../lib/self-service/ports.ts';
import {
  aCaller,
  aPerson,
  aRecord,
  aTestContext,
  NOW,
  RULES,
  SSO,
} from '../../support/builders.ts';

type Profile = DirectoryPerson['profile'];
const NO_PROFILE = aPerson().profile;
const ADA: Profile = {
  name: 'Ada Lovelace',
  company: 'Analytical Engines',
  job_title: 'Countess',
  avatar_url: 'https://partner.example/ada.png',
};
const LONG = 'Ada '.repeat(50);
const FAMILY = '👨‍👩‍👧‍👦';

const fitted = (profile: Partial<Profile>, allowHttpAvatars = false) =>
  fitProfile(
    aPerson({ profile: { ...NO_PROFILE, ...profile } }),
    { allowHttpAvatars },
    PROFILE_FIELDS,
  );

describe('a profile of the directory', () => {
  it.each([
    ['that fits', 'Ada', 'Ada'],
    ['of 50 characters', '😀'.repeat(50), '😀'.repeat(50)],
    ['with blanks around it', '  Ada ', 'Ada'],
  ])('keeps a text %s whole', (_what, name, kept) => {
    expect(fitted({ name })).toEqual({ values: { name: kept }, misfits: {} });
  });

  it.each([
    ['of 200 letters', 'a'.repeat(200), 'a'.repeat(50)],
    ['of 200 astral characters', '😀'.repeat(200), '😀'.repeat(50)],
    ['at a blank', `${'a'.repeat(49)} b`, 'a'.repeat(49)],
    // Seven code points each: what looks like one character is not split.
    ['between what people see as characters', FAMILY.repeat(20), FAMILY.repeat(7)],
    ['before an accent of its own', `${'a'.repeat(49)}e\u0301`, 'a'.repeat(49)],
  ])('has a long text cut: %s', (_what, name, kept) => {
    expect(fitted({ name })).toEqual({ values: { name: kept }, misfits: { cutFields: ['name'] } });
  });

  it.each<[what: string, profile: Partial<Profile>]>([
    ['a text with a line break', { name: 'Ada\nLovelace' }],
    ['a text with half a character', { name: 'Ada \ud83d' }],
    ['a text that is one character of 60 code points', { name: `a${'\u0301'.repeat(59)}` }],
    ['a picture of http:', { avatar_url: 'http://partner.example/ada.png' }],
    ['a picture of data:', { avatar_url: 'data:image/png;base64,iVBORw0KGgo=' }],
    ['a picture that is no URL', { avatar_url: 'ada.png' }],
    ['a picture of 3,000 characters', { avatar_url: `https://a.example/${'a'.repeat(3000)}` }],
  ])('is taken without %s', (_what, profile) => {
    expect(fitted(profile)).toEqual({
      values: {},
      misfits: { leftOutFields: Object.keys(profile) },
    });
  });

  it('has a picture of http: where the setting allows it', () => {
    const avatar_url = 'http://partner.example/ada.png';

    expect(fitted({ avatar_url }, true).values).toEqual({ avatar_url });
  });

  it.each(['', ' ', null])('has no value where the directory has %j', (name) => {
    expect(fitted({ name })).toEqual({ values: {}, misfits: {} });
  });

  it('keeps the rules of every field, whatever the directory holds, and says what it cost', () => {
    const text = fc.option(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.webUrl(),
      ),
      { nil: null },
    );
    const profiles = fc.record({ name: text, company: text, job_title: text, avatar_url: text });
    fc.assert(
      fc.property(profiles, fc.boolean(), (profile, allowHttpAvatars) => {
        const { values, misfits } = fitted(profile, allowHttpAvatars);
        const { cutFields = [], leftOutFields = [] } = misfits;

        expect(v.is(updateSchema({ allowHttpAvatars }), values)).toBe(true);
        for (const field of PROFILE_FIELDS) {
          const given = profile[field]?.trim() || undefined;
          const isCut = cutFields.includes(field);
          expect(given?.startsWith(values[field] ?? '') ?? true).toBe(true);
          expect(isCut).toBe(values[field] !== undefined && values[field] !== given);
          expect(leftOutFields.includes(field)).toBe(given !== undefined && !(field in values));
        }
      }),
    );
  });
});

type World = ReturnType<typeof aTestContext>;
type Source = UpdatePolicy['profileSource'];

const read = (world: World, caller: ReturnType<typeof aCaller>, profileSource: Source) =>
  getMe(world, { ...RULES, profileSource }, { caller, report: world.report });
const edit = (world: World, caller: ReturnType<typeof aCaller>, body: JsonValue) =>
  patchMe(
    world,
    RULES,
    { caller, report: world.report },
    { body, mode: 'replace' },
    () => undefined,
  );

/** Somebody whom only the directory knows. */
function aNewcomer(given: Partial<DirectoryPerson> = {}) {
  const person = aPerson({ profile: ADA, ...given });
  const world = aTestContext();
  world.directory.people.set(person.directoryName, person);
  return { world, person, caller: aCaller(person) };
}

describe('the first call', () => {
  const identity = { provider: 'Corporate', id: 'corp-7' };

  it.each([
    ['a local person', null],
    ['an SSO person', identity],
  ])('takes the profile of %s', async (_who, ofProvider) => {
    const { world, person, caller } = aNewcomer({ identity: ofProvider });

    const record = await read(world, caller, 'until-edited');

    expect(record.account).toMatchObject(ADA);
    expect(directoryFields(record)).toEqual(PROFILE_FIELDS);
    expect(record.version).toBe(1);
    expect(world.directory.calls).toBe(1);
    expect(world.events).toEqual([{ event: 'ACCOUNT_PROVISIONED', subject: person.subject }]);
  });

  it('takes none where the setting says never', async () => {
    const { world, caller } = aNewcomer();

    expect((await read(world, caller, 'never')).account).toMatchObject(NO_PROFILE);
  });

  it('takes one where the setting says first-call', async () => {
    const { world, caller } = aNewcomer();

    expect((await read(world, caller, 'first-call')).account).toMatchObject(ADA);
  });

  it.each<[who: string, given: Partial<DirectoryPerson>, account: object, misfits: object]>([
    [
      'a name of 200 characters',
      { profile: { ...ADA, name: LONG } },
      { name: LONG.slice(0, 50).trim() },
      { cutFields: ['name'] },
    ],
    [
      'a picture of http:',
      { profile: { ...ADA, avatar_url: 'http://partner.example/ada.png' } },
      { name: ADA.name, avatar_url: null },
      { leftOutFields: ['avatar_url'] },
    ],
    ['no e-mail', { email: null }, { email: null, ...ADA }, {}],
    ['the e-mail of another', { email: 'taken@corp.example' }, { email: null, ...ADA }, {}],
  ])('refuses nobody: %s', async (_who, given, account, misfits) => {
    const { world, person, caller } = aNewcomer({ identity, ...given });
    const other = aRecord({ email: 'taken@corp.example' });
    await world.store.create(other);

    expect((await read(world, caller, 'until-edited')).account).toMatchObject(account);
    expect(world.events).toEqual([
      { event: 'ACCOUNT_PROVISIONED', subject: person.subject, ...misfits },
    ]);
  });
});

describe('a new sign-in by SSO', () => {
  /** An SSO account whose profile came from the directory at its first call. */
  function aKnownPerson(
    given: Partial<AccountRecord['account']> = {},
    record: Partial<AccountRecord> = {},
  ) {
    const values = { ...SSO, username: 'ada@corp.example', email: 'ada@corp.example', ...given };
    const known = aRecord(values, { refreshedAt: NOW - 1000, editedFields: [], ...record });
    const world = aTestContext(known);
    const person = world.directory.people.get(known.directoryName ?? '') ?? aPerson();
    const knows = (profile: Partial<Profile>) => {
      person.profile = { ...person.profile, ...profile };
    };
    return { world, known, person, knows, caller: aCaller(known) };
  }

  it('takes what the provider knows now, in one write, and tells of it', async () => {
    const { world, known, person, knows, caller } = aKnownPerson({ name: 'Ada Byron' });
    knows({ ...ADA, company: LONG });
    person.email = 'ada@new.example';

    const record = await read(world, caller, 'until-edited');

    expect(record).toMatchObject({ version: 2, revision: 2, editedFields: [] });
    expect(record.account).toMatchObject({ name: ADA.name, email: 'ada@new.example' });
    expect(world.events).toEqual([
      {
        event: 'SSO_REFRESHED',
        subject: known.subject,
        outcome: 'changed',
        cutFields: ['company'],
      },
      {
        event: 'ACCOUNT_CHANGED',
        subject: known.subject,
        fields: ['username', 'email', ...PROFILE_FIELDS],
        fromVersion: 1,
        toVersion: 2,
      },
    ]);
  });

  it('keeps the version where the provider knows nothing new', async () => {
    const { world, knows, caller } = aKnownPerson({ ...ADA });
    knows(ADA);

    expect(await read(world, caller, 'until-edited')).toMatchObject({ version: 1, revision: 2 });
    expect(world.events).toMatchObject([{ event: 'SSO_REFRESHED', outcome: 'kept' }]);
  });

  it('takes the profile where another account has the new e-mail', async () => {
    const { world, person, knows, caller } = aKnownPerson();
    await world.store.create(aRecord({ email: 'taken@corp.example' }));
    person.email = 'taken@corp.example';
    knows(ADA);

    const { account } = await read(world, caller, 'until-edited');

    expect(account).toMatchObject({ ...ADA, email: 'ada@corp.example' });
    expect(world.events).toMatchObject([
      { event: 'SSO_REFRESHED', outcome: 'taken' },
      { event: 'ACCOUNT_CHANGED', fields: PROFILE_FIELDS },
    ]);
  });

  it.each<[what: string, profile: Partial<Profile>]>([
    ['no longer gives', NO_PROFILE],
    ['gives in a form that no account may have', { name: 'A\nB', avatar_url: 'data:,' }],
  ])('leaves the values that the provider %s', async (_what, profile) => {
    const { world, knows, caller } = aKnownPerson({ ...ADA });
    knows(profile);

    expect((await read(world, caller, 'until-edited')).account).toMatchObject(ADA);
  });

  it.each<[what: string, body: JsonValue, kept: object]>([
    ['changed', { name: 'Countess' }, { name: 'Countess' }],
    ['cleared', { name: null }, { name: null }],
  ])('leaves what the owner has %s', async (_what, body, kept) => {
    const { world, knows, known, caller } = aKnownPerson({ ...ADA });
    knows(ADA);
    const edited = await edit(world, caller, body);
    expect(directoryFields(edited)).toEqual(['company', 'job_title', 'avatar_url']);
    knows({ name: 'Ada King', company: 'Babbage and Daughters' });

    const later = aCaller(known, { authTime: NOW });
    const { account } = await read(world, later, 'until-edited');

    expect(account).toMatchObject({ ...kept, company: 'Babbage and Daughters' });
  });

  it('goes on to change a field that the owner sent back as it was', async () => {
    const { world, knows, known, caller } = aKnownPerson({ ...ADA });
    knows(ADA);
    await edit(world, caller, { ...ADA, job_title: 'Programmer' });
    knows({ name: 'Ada King', job_title: 'Lady' });

    const later = aCaller(known, { authTime: NOW });
    const record = await read(world, later, 'until-edited');

    expect(record.account).toMatchObject({ name: 'Ada King', job_title: 'Programmer' });
    expect(record.editedFields).toEqual(['job_title']);
  });

  it('fills only what is empty of an account from before, as nobody knows who set the rest', async () => {
    const { world, knows, caller } = aKnownPerson({ name: 'Ada' }, { editedFields: ['name'] });
    knows(ADA);

    const { account } = await read(world, caller, 'until-edited');

    expect(account).toMatchObject({ ...ADA, name: 'Ada' });
  });

  it.each<[source: Source, refreshedAt: number | null, takes: boolean]>([
    ['never', null, false],
    ['first-call', NOW - 1000, false],
    // An operator made the record: this is the first call.
    ['first-call', null, true],
  ])(
    'with the setting %s, last compared at %s, takes a profile: %s',
    async (source, refreshedAt, takes) => {
      const { world, knows, caller } = aKnownPerson({}, { refreshedAt });
      knows(ADA);

      const { account } = await read(world, caller, source);

      expect(account).toMatchObject(takes ? ADA : NO_PROFILE);
    },
  );

  it('never undoes an edit that is made at the same time', async () => {
    const { world, knows, known, caller } = aKnownPerson({ ...ADA });
    knows({ name: 'Ada King', company: 'Babbage and Daughters' });
    const { find } = world.directory;
    // The edit comes after the provider's values were read and before they are written.
    world.directory.find = async (name) => {
      const person = await find(name);
      world.directory.find = find;
      await edit(world, aCaller(known, { authTime: NOW - 2000 }), { name: 'Countess' });
      return person;
    };

    const record = await read(world, caller, 'until-edited');

    expect(record.account).toMatchObject({ name: 'Countess', company: 'Babbage and Daughters' });
    expect(record.editedFields).toEqual(['name']);
    expect(world.events).toContainEqual({
      event: 'WRITE_CONFLICT',
      subject: known.subject,
      attempt: 1,
    });
  });
});
