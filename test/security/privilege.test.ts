/**
 * Privilege matrix: every kind of account, field, kind of value and content type. Expectations come
 * from the tables of this file alone, independent of the rules' code.
 */
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type StoredAccount, StoredAccountSchema } from '../../lib/account/account.ts';
import type { AccountRecord } from '../../lib/account/account-record.ts';
import type { GivenEvent } from '../support/api-event.ts';
import { aRecord, GOOD_PASSWORD, NOW, SERVICE, SSO } from '../support/builders.ts';
import { type Claims, claimsOf } from '../support/claims.ts';
import { recordFigures } from '../support/figures.ts';
import { inconsistencies } from '../support/oracle.ts';
import { anApi } from '../unit/http/api-harness.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const figures = { 'matrix cells': 0, allowed: 0, refused: 0, 'smuggled into metadata': 0 };
afterAll(() => recordFigures('privilege', figures));

/** All fields of the schema, and some unknown ones. */
const FIELDS = ['password', ...Object.keys(StoredAccountSchema.entries)];
const NO_FIELDS = [
  'role',
  'isSuperuser',
  'IS_SUPERUSER',
  'is_superuser ',
  'scopes',
  'version',
  'subject',
];

/** A field: its kind of value, the effect of null, and who may change it. */
interface FieldRow {
  holds: 'text' | 'address' | 'url' | 'name' | 'flag' | 'password' | 'json' | 'nothing to change';
  nullDoes: 'clear' | 'keep';
  needs: 'nothing' | 'superuser' | 'recent sign-in' | 'superuser, recent sign-in';
  /** True if an identity provider manages it for SSO users. */
  provided?: true;
}
const FREE = { nullDoes: 'clear', needs: 'nothing' } as const;
const READ_ONLY = { holds: 'nothing to change', nullDoes: 'keep', needs: 'nothing' } as const;
const TABLE: Record<string, FieldRow> = {
  password: { holds: 'password', nullDoes: 'keep', needs: 'recent sign-in', provided: true },
  password_expired: { holds: 'flag', nullDoes: 'keep', needs: 'superuser', provided: true },
  name: { holds: 'text', ...FREE },
  company: { holds: 'text', ...FREE },
  job_title: { holds: 'text', ...FREE },
  avatar_url: { holds: 'url', ...FREE },
  metadata: { holds: 'json', ...FREE },
  username: { holds: 'name', nullDoes: 'keep', needs: 'recent sign-in', provided: true },
  email: { holds: 'address', nullDoes: 'keep', needs: 'recent sign-in', provided: true },
  is_active: { holds: 'flag', nullDoes: 'keep', needs: 'superuser, recent sign-in' },
  is_superuser: { holds: 'flag', nullDoes: 'keep', needs: 'superuser, recent sign-in' },
  is_onboarded: { holds: 'flag', nullDoes: 'keep', needs: 'nothing' },
  id: READ_ONLY,
  oauth_provider: READ_ONLY,
  oauth_id: READ_ONLY,
  is_service_account: READ_ONLY,
  organization_id: READ_ONLY,
};

/** A kind of account, and why it may not change anything, if so. */
interface KindRow {
  account?: Partial<StoredAccount>;
  record?: Partial<AccountRecord>;
  claims?: Claims;
  refused?: readonly [status: number, code: string];
}
const OLD = { auth_time: String(NOW - 901) };
const KINDS: Record<string, KindRow> = {
  person: {},
  'person who signed in 15 minutes ago': { claims: { auth_time: String(NOW - 900) } },
  'person who signed in earlier': { claims: OLD },
  superuser: { account: { is_superuser: true } },
  'superuser who signed in earlier': { account: { is_superuser: true }, claims: OLD },
  'person of an identity provider': { account: SSO, record: { refreshedAt: NOW } },
  'superuser of an identity provider': {
    account: { ...SSO, is_superuser: true },
    record: { refreshedAt: NOW },
  },
  'service account': { account: SERVICE, refused: [400, 'service_account_not_editable'] },
  'service account with every right': {
    account: { ...SERVICE, is_superuser: true },
    refused: [400, 'service_account_not_editable'],
  },
  'internal account': {
    record: { internal: true },
    refused: [400, 'internal_account_not_editable'],
  },
  'reserved admin': {
    account: { username: 'Admin', is_superuser: true },
    refused: [400, 'admin_account_not_editable'],
  },
  'inactive superuser': {
    account: { is_active: false, is_superuser: true },
    refused: [403, 'account_inactive'],
  },
  'token that may only read': {
    account: { is_superuser: true },
    claims: { scope: 'openid users/me.read' },
    refused: [403, 'insufficient_scope'],
  },
  'ended session': {
    account: { is_superuser: true },
    record: { sessions: { validFrom: NOW, exemptOriginJti: 'another' } },
    refused: [401, 'session_revoked'],
  },
};

/** Values, each with the kinds of fields that accept it. Metadata accepts all. */
const VALUES: [unknown, ...FieldRow['holds'][]][] = [
  ['Ada', 'text', 'name'],
  ['x'.repeat(50), 'text', 'name'],
  ['\u{1f600}'.repeat(50), 'text'],
  ['x'.repeat(51)],
  ['new-name', 'text', 'name'],
  ['new@example.com', 'text', 'name', 'address'],
  ['https://users.example/new.png', 'text', 'url'],
  ['http://users.example/new.png', 'text'],
  [GOOD_PASSWORD, 'text', 'name', 'password'],
  [true, 'flag'],
  [false, 'flag'],
  [''],
  ['\u0000'],
  ['x'.repeat(3000)],
  [7],
  [0],
  [[]],
  [['x']],
  [{ $ne: null }],
  [{ old: null, new: [null] }],
  [{ is_superuser: true, id: 'x' }],
];
const isTakenBy = ({ holds }: FieldRow, value: unknown) =>
  holds === 'json' || VALUES.some(([one, ...takers]) => one === value && takers.includes(holds));

const TYPES = {
  'application/json': true,
  'application/merge-patch+json': true,
  'text/json': false,
};

function theRecord({ account, record }: KindRow): AccountRecord {
  const full = { password_expired: true, name: 'Old', metadata: '{"old":1}', ...account };
  return aRecord({ username: 'ada', email: 'ada@example.com', ...full }, record);
}

/** Somebody without whom no superuser could give up their rights. */
const another = () => aRecord({ username: 'another', is_superuser: true });

type Outcome = { status: number; code?: string; changes?: Record<string, unknown> };
const UNCHANGED: Outcome = { status: 200, changes: {} };

/** Expected outcome of a single field. */
function expected(
  kind: KindRow,
  field: string,
  sent: unknown,
  type: string,
  own: StoredAccount,
): Outcome {
  const [status, code] = kind.refused ?? [];
  const isToken = code === 'insufficient_scope';
  if (status !== undefined && code !== undefined && isToken) return { status, code };
  if (!TYPES[type as keyof typeof TYPES]) return { status: 415, code: 'unsupported_media_type' };
  if (status !== undefined && code !== undefined) return { status, code };
  const row = TABLE[field];
  const wrong: Outcome = { status: 422, code: 'invalid_fields' };
  if (!row) return wrong;
  // An empty URL clears, as null does.
  const value = row.holds === 'url' && sent === '' ? null : sent;
  const current = { ...own, password: null, metadata: JSON.parse(own.metadata ?? 'null') };
  const now = current[field as keyof typeof current];
  if (JSON.stringify(value) === JSON.stringify(now)) return UNCHANGED;
  if (row.holds === 'nothing to change') return wrong;
  if (value === null && row.nullDoes === 'keep') return UNCHANGED;
  if (value !== null && !isTakenBy(row, value)) return wrong;
  return barred(kind, row) ?? { status: 200, changes: changesOf(field, value, type, own) };
}

/** Why this caller may not make a valid change. */
function barred({ account, claims }: KindRow, { provided, needs }: FieldRow): Outcome | null {
  const isProvided = provided === true && typeof account?.oauth_provider === 'string';
  if (isProvided) return { status: 400, code: 'managed_by_identity_provider' };
  if (needs.includes('superuser') && account?.is_superuser !== true) {
    return { status: 403, code: 'privileged_field' };
  }
  if (needs.includes('recent sign-in') && claims === OLD) {
    return { status: 401, code: 'insufficient_user_authentication' };
  }
  return null;
}

/** Expected differences in the stored account: the field, and side effects of a password. */
function changesOf(field: string, value: unknown, type: string, own: StoredAccount) {
  if (field === 'password') return { password_expired: false };
  if (field !== 'metadata') return { [field]: value };
  const isMerge = type === 'application/merge-patch+json';
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  // Of the values above, those that are objects have nulls at their first level only.
  const members = { ...JSON.parse(own.metadata ?? '{}'), ...(isObject ? value : {}) };
  const kept = Object.entries(members).filter(([, member]) => member !== null);
  const merged = isMerge && isObject ? Object.fromEntries(kept) : value;
  if (JSON.stringify(merged) === own.metadata) return {};
  return { metadata: merged === null ? null : JSON.stringify(merged) };
}

async function expectCell(kind: KindRow, field: string, value: unknown, type: string) {
  const record = theRecord(kind);
  const api = anApi(record, another());
  const given: GivenEvent = {
    claims: claimsOf(record, kind.claims),
    headers: { 'Content-Type': type },
  };
  const answer = await api.patch({ [field]: value }, given);
  const outcome = expected(kind, field, value, type, record.account);
  const after = api.store.records.get(record.subject)?.account;
  const code = answer.status === 200 ? undefined : answer.problem().code;
  const cell = `${field}: ${JSON.stringify(value).slice(0, 60)} as ${type}`;
  expect({ status: answer.status, code }, cell).toEqual({
    status: outcome.status,
    code: outcome.code,
  });
  expect(after, cell).toEqual({ ...record.account, ...outcome.changes });
  if (record.account.is_active) expect(inconsistencies(api), cell).toEqual([]);
  const isSet = field === 'password' && outcome.status === 200 && value !== null;
  expect([...api.directory.passwords.values()], cell).toEqual(isSet ? [value] : []);
  figures['matrix cells'] += 1;
  figures[outcome.status === 200 ? 'allowed' : 'refused'] += 1;
}

describe('the matrix', () => {
  it('has a row for every field of the schema', () => {
    expect(Object.keys(TABLE).toSorted()).toEqual(FIELDS.toSorted());
  });

  it.each(Object.entries(KINDS))(
    'holds for a %s',
    async (_name, kind) => {
      const { account } = theRecord(kind);
      const current = {
        ...account,
        password: null,
        metadata: JSON.parse(account.metadata ?? 'null'),
      };
      for (const type of Object.keys(TYPES)) {
        for (const field of [...FIELDS, ...NO_FIELDS]) {
          const own = Object.entries(current).filter(([name]) => name === field);
          const values = [
            null,
            ...own.map(([, value]) => value),
            ...VALUES.map(([value]) => value),
          ];
          for (const value of values) {
            await expectCell(kind, field, value, type);
          }
        }
      }
    },
    120_000,
  );
});

describe('two fields at once', () => {
  /** Precedence of problems: the first of the two is returned, and nothing is changed. */
  const ORDER = [
    'invalid_fields',
    'managed_by_identity_provider',
    'privileged_field',
    'insufficient_user_authentication',
  ];
  const aValue = (row: FieldRow, field: string) =>
    field === 'email'
      ? 'new@example.com'
      : (VALUES.find(([value]) => isTakenBy(row, value))?.[0] ?? 'x');
  const editable = Object.entries(KINDS).filter(([, { refused }]) => refused === undefined);

  it.each(editable)('are both changed or both unchanged, for a %s', async (_name, kind) => {
    for (const [one, row] of Object.entries(TABLE)) {
      for (const [other, otherRow] of Object.entries(TABLE)) {
        if (one === other) continue;
        const record = theRecord(kind);
        const api = anApi(record, another());
        const sent = { [one]: aValue(row, one), [other]: aValue(otherRow, other) };
        const answer = await api.patch(sent, { claims: claimsOf(record, kind.claims) });
        const alone = Object.entries(sent).map(([field, value]) =>
          expected(kind, field, value, 'application/json', record.account),
        );
        const codes = alone.map(({ code }) => code).filter((code) => code !== undefined);
        const first = ORDER.find((code) => codes.includes(code));
        const after = api.store.records.get(record.subject)?.account;
        const cell = `${one} and ${other}`;
        if (first === undefined) {
          expect(answer.status, cell).toBe(200);
          // A password clears the flag of an expired one, whatever else is sent.
          const changes = { ...alone[0]?.changes, ...alone[1]?.changes };
          const mark = 'password' in sent ? { password_expired: false } : {};
          expect(after, cell).toEqual({ ...record.account, ...changes, ...mark });
        } else {
          expect(answer.problem().code, cell).toBe(first);
          expect(after, cell).toEqual(record.account);
          expect(api.directory.passwords.size, cell).toBe(0);
        }
        figures['matrix cells'] += 1;
        figures[first === undefined ? 'allowed' : 'refused'] += 1;
      }
    }
  });
});

describe('metadata', () => {
  const RIGHTS = {
    is_superuser: true,
    is_active: false,
    id: '00000000-0000-4000-8000-000000000000',
    username: 'admin',
    password: GOOD_PASSWORD,
    oauth_provider: 'Mallory',
    organization_id: '00000000-0000-4000-8000-000000000000',
    internal: true,
    subject: 'mallory',
    version: 99,
    pk: 'USER#mallory',
  };

  it.each([
    ['with fields of an account', RIGHTS],
    ['with an account in it', { account: RIGHTS, record: { account: RIGHTS } }],
    [
      'with pointers',
      { '/is_superuser': true, '../is_superuser': true, 'account.is_superuser': true },
    ],
    ['that is a list of changes', [{ op: 'replace', path: '/is_superuser', value: true }]],
    ['that is JSON in a text', JSON.stringify({ metadata: RIGHTS, ...RIGHTS })],
    ['with keys of every object', { constructor: 1, toString: 2, hasOwnProperty: 3 }],
  ])('%s is metadata and nothing else', async (_name, metadata) => {
    for (const type of ['application/json', 'application/merge-patch+json']) {
      const record = aRecord({ username: 'ada' });
      const api = anApi(record);

      const answer = await api.patch({ metadata }, { headers: { 'Content-Type': type } });

      expect(answer.account()).toEqual({ ...record.account, password: null, metadata });
      expect((await api.get()).account()).toEqual(answer.account());
      const stored = api.store.records.get(record.subject);
      expect(stored).toEqual({
        ...record,
        account: { ...record.account, metadata: JSON.stringify(metadata) },
        version: 2,
        revision: 2,
        fieldVersions: { since: 1, fields: { metadata: 2 } },
        updatedAt: NOW + 1,
      });
      expect(api.directory.passwords.size).toBe(0);
      figures['smuggled into metadata'] += 1;
    }
  });

  it.each([
    [
      'a repeated key',
      '{"name":"Ada","is_superuser":false,"is_superuser":true}',
      'privileged_field',
    ],
    ['an escaped key', '{"is\\u005fsuperuser":true}', 'privileged_field'],
    ['a forged prototype', '{"__proto__":{"is_superuser":true},"name":"Ada"}', 'invalid_json'],
    [
      'a forged prototype in metadata',
      '{"metadata":{"__proto__":{"is_superuser":true}}}',
      'invalid_json',
    ],
    ['a forged constructor', '{"constructor":{"prototype":{"is_superuser":true}}}', 'invalid_json'],
  ])('and %s bring no right', async (_name, body, code) => {
    const record = aRecord();
    const api = anApi(record);

    const answer = await api.patch(null, { body });

    expect(answer.problem().code).toBe(code);
    expect(api.store.records.get(record.subject)).toEqual(record);
    figures['smuggled into metadata'] += 1;
  });
});
