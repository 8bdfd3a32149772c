import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAccountView } from '../../../lib/account/account.ts';
import type { AccountRecord } from '../../../lib/account/account-record.ts';
import { ProblemError } from '../../../lib/account/errors.ts';
import {
  ACCOUNT_FIELDS,
  type Field,
  fieldRow,
  type ValueKind,
} from '../../../lib/account/fields.ts';
import type { JsonValue } from '../../../lib/account/metadata.ts';
import { capabilitiesOf, type FieldCapability } from '../../../lib/self-service/capabilities.ts';
import { patchMe } from '../../../lib/self-service/current-user.ts';
import {
  aCaller,
  aRecord,
  aTestContext,
  GOOD_PASSWORD,
  NOW,
  RULES,
  SERVICE,
  SSO,
} from '../../support/builders.ts';

/** A value of each kind that differs from those of every record below. */
const OTHER: Record<ValueKind, JsonValue> = {
  username: 'somebody-else',
  email: 'somebody-else@example.com',
  text: 'Other',
  url: 'https://a.example/other.png',
  json: { other: true },
  password: GOOD_PASSWORD,
  boolean: true,
};

function otherThan(current: JsonValue | undefined, field: Field): JsonValue {
  const { accepts } = fieldRow(field);
  if (typeof current === 'boolean') return !current;
  return accepts === null ? 'Other' : OTHER[accepts];
}

const account = fc.record({
  is_superuser: fc.boolean(),
  password_expired: fc.boolean(),
  is_onboarded: fc.boolean(),
  username: fc.constantFrom('ada', 'admin', 'ADMIN'),
});
const kind = fc.constantFrom({}, SSO, SERVICE);

describe('capabilitiesOf', () => {
  it('says of every field how a PATCH of it would end', async () => {
    await fc.assert(
      fc.asyncProperty(
        account,
        kind,
        fc.boolean(),
        fc.constantFrom(NOW, NOW - 900, NOW - 901, null),
        fc.constantFrom(0, 900),
        async (given, ofKind, internal, authTime, recentSignInSeconds) => {
          const record = aRecord({ ...given, ...ofKind }, { internal, refreshedAt: NOW });
          const caller = aCaller(record, { authTime });
          const rules = { ...RULES, recentSignInSeconds };
          const { fields } = capabilitiesOf(record, caller, rules, NOW);
          const user = toAccountView(record.account);
          for (const field of ACCOUNT_FIELDS) {
            const body = { [field]: otherThan(user[field], field) };
            expect(await outcomeOf(body), field).toEqual(expected(fields[field]));
          }

          async function outcomeOf(body: JsonValue) {
            const world = aTestContext(record, aRecord({ is_superuser: true }));
            const request = { caller, report: world.report };
            return patchMe(world, rules, request, { body, mode: 'replace' }, () => {}).then(
              () => 'accepted',
              (error) => {
                if (!(error instanceof ProblemError)) throw error;
                return error.code === 'invalid_fields' ? error.faults[0]?.code : error.code;
              },
            );
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  const expected = (capability: FieldCapability) =>
    capability.editable ? 'accepted' : capability.reason;

  it('says how old a sign-in may be where it is too old', () => {
    const record = aRecord();
    const { fields } = capabilitiesOf(record, aCaller(record, { authTime: 1 }), RULES, NOW);

    expect(fields.username).toEqual({
      editable: false,
      reason: 'insufficient_user_authentication',
      max_age: 900,
    });
    expect(fields.name).toEqual({ editable: true });
  });

  it('says how old a sign-in may be of those fields that take a recent one, and of no other', () => {
    const maxAges = (record: AccountRecord, rules = RULES) => {
      const { fields } = capabilitiesOf(record, aCaller(record), rules, NOW);
      return Object.entries(fields).flatMap(([field, { max_age }]) =>
        max_age === undefined ? [] : [`${field} ${max_age}`],
      );
    };

    expect(maxAges(aRecord())).toEqual(['username 900', 'email 900', 'password 900']);
    expect(maxAges(aRecord({ is_superuser: true }))).toContain('is_superuser 900');
    expect(maxAges(aRecord(SSO))).toEqual([]);
    expect(maxAges(aRecord({}, { internal: true }))).toEqual([]);
    expect(maxAges(aRecord(), { ...RULES, recentSignInSeconds: 0 })).toEqual([]);
  });

  it('says what is known of the account and of the sign-in', () => {
    const record = aRecord(
      {},
      {
        emailVerified: true,
        createdAt: NOW - 300,
        updatedAt: NOW - 200,
        passwordChangedAt: NOW - 100,
      },
    );
    const caller = aCaller(record, { authTime: NOW - 60, scopes: ['openid', 'users/me.read'] });

    expect(capabilitiesOf(record, caller, RULES, NOW)).toMatchObject({
      email_verified: true,
      created_at: '2025-12-31T23:55:00.000Z',
      updated_at: '2025-12-31T23:56:40.000Z',
      password_changed_at: '2025-12-31T23:58:20.000Z',
      auth_time: '2025-12-31T23:59:00.000Z',
      scopes: ['openid', 'users/me.read'],
    });
  });

  it('says where each value of the profile came from', () => {
    const record = aRecord(
      { name: 'Ada', company: 'Own', avatar_url: 'https://a.example/ada.png' },
      { editedFields: ['company', 'job_title'] },
    );

    expect(capabilitiesOf(record, aCaller(record), RULES, NOW).sources).toEqual({
      name: 'directory',
      company: 'owner',
      job_title: null,
      avatar_url: 'directory',
    });
  });

  it('says null of what is not known', () => {
    const unknown = { createdAt: null, updatedAt: null };
    const record = aRecord(SERVICE, unknown);

    expect(capabilitiesOf(record, aCaller(record, { authTime: null }), RULES, NOW)).toMatchObject({
      email_verified: null,
      created_at: null,
      updated_at: null,
      password_changed_at: null,
      auth_time: null,
      scopes: [],
    });
  });

  it.each(['insufficient_scope', 'client_not_allowed'] as const)(
    'lets a token edit nothing that only reads: %s',
    (writeDenial) => {
      const record = aRecord();
      const { fields } = capabilitiesOf(record, aCaller(record, { writeDenial }), RULES, NOW);

      expect(Object.keys(fields)).toEqual(ACCOUNT_FIELDS);
      for (const field of Object.values(fields)) {
        expect(field).toEqual({ editable: false, reason: writeDenial });
      }
    },
  );
});
