/** Update rules of each field: accepted values and their effect. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  anSsoPerson,
  aPerson,
  get,
  mergePatch,
  patch,
  recordOf,
  unique,
} from '../support/deployed-service.ts';

const FULL = {
  name: 'Ada',
  company: 'Analytical Engines',
  job_title: 'Countess',
  avatar_url: 'https://users.example/ada.png',
  metadata: { a: [1, { b: null }] },
};

const faults = ({ body }: Answer) =>
  body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`);

describe('PATCH /users/me', () => {
  it('of {"name":"Ada"} returns the changed account with a new ETag', async () => {
    const person = await aPerson();
    const before = await get(person.token);

    const after = await patch(person.token, { name: 'Ada' });

    expect(after.status).toBe(200);
    expect(after.body).toEqual({ ...before.body, name: 'Ada' });
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect(await get(person.token)).toMatchObject({ body: after.body });
  });

  describe('row "absent"', () => {
    it('leaves every other field as it is', async () => {
      const person = await aPerson();
      await patch(person.token, FULL);

      const { body } = await patch(person.token, { company: 'Other' });

      expect(body).toMatchObject({ ...FULL, company: 'Other' });
    });
  });

  describe('row "null, cleared"', () => {
    it.each(['name', 'avatar_url', 'company', 'job_title', 'metadata'])('%s', async (field) => {
      const person = await aPerson();
      await patch(person.token, FULL);

      const { status, body } = await patch(person.token, { [field]: null });

      expect(status).toBe(200);
      expect(body[field]).toBeNull();
    });
  });

  describe('row "null, unchanged"', () => {
    it.each([
      'password',
      'password_expired',
      'username',
      'email',
      'is_active',
      'is_onboarded',
      'is_superuser',
    ])('%s', async (field) => {
      const person = await aPerson();
      const before = await get(person.token);

      const { status, body, headers } = await patch(person.token, { [field]: null });

      expect(status).toBe(200);
      expect(body).toEqual(before.body);
      expect(headers.get('etag')).toBe(before.headers.get('etag'));
    });
  });

  describe('row "the current value, unchanged"', () => {
    it('accepts a complete account, writes nothing and keeps the ETag', async () => {
      const person = await aPerson();
      await patch(person.token, FULL);
      const before = await get(person.token);
      const { revision } = await recordOf(person.subject);

      const after = await patch(person.token, before.body);

      expect(after.status).toBe(200);
      expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
      expect((await recordOf(person.subject)).revision).toBe(revision);
    });

    it('accepts a complete SSO account with one field changed', async () => {
      const person = await anSsoPerson();
      const { body } = await get(person.token);

      const after = await patch(person.token, { ...body, name: 'Ada' });

      expect(after).toMatchObject({ status: 200, body: { ...body, name: 'Ada' } });
    });
  });

  describe('row "empty string"', () => {
    it.each(['name', 'company', 'job_title', 'username', 'email', 'password'])(
      '%s',
      async (field) => {
        const person = await aPerson();

        const answer = await patch(person.token, { [field]: '' });

        expect(answer.status).toBe(422);
        expect(answer.body.errors[0].pointer).toBe(`/${field}`);
      },
    );

    it('avatar_url, which it clears', async () => {
      const person = await aPerson({ avatar_url: FULL.avatar_url });

      expect((await patch(person.token, { avatar_url: '' })).body.avatar_url).toBeNull();
    });
  });

  describe('row "a read-only field"', () => {
    it.each([
      ['id', randomUUID()],
      ['oauth_provider', 'Other'],
      ['oauth_id', 'other'],
      ['is_service_account', true],
      ['organization_id', randomUUID()],
    ])('%s', async (field, other) => {
      const person = await aPerson();
      const { body } = await get(person.token);

      expect((await patch(person.token, { [field]: body[field] })).status).toBe(200);
      const refused = await patch(person.token, { [field]: other });
      expect(refused.status).toBe(422);
      expect(faults(refused)).toEqual([`/${field} read_only`]);
    });
  });

  it('row "an unknown field": 422, with it and every other error', async () => {
    const person = await aPerson();

    const answer = await patch(person.token, {
      nmae: 'x',
      name: '\u{1f600}'.repeat(51),
      avatar_url: 'javascript:alert(1)',
      is_onboarded: 'yes',
    });

    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(faults(answer)).toEqual([
      '/nmae unknown_field',
      '/name text_too_long',
      '/avatar_url invalid_url',
      '/is_onboarded not_a_boolean',
    ]);
    expect((await get(person.token)).headers.get('etag')).toMatch(/\.1"$/);
  });

  describe('each field accepts a valid value', () => {
    it.each([
      ['name', '\u{1f600}'.repeat(50)],
      ['company', 'C'],
      ['job_title', 'Zoë’s boss'],
      ['avatar_url', 'https://users.example/a.png?size=2'],
      ['metadata', [1, 'two', { three: [null] }]],
      ['metadata', 'text'],
      ['is_onboarded', true],
    ])('%s', async (field, value) => {
      const person = await aPerson();

      const { status, body } = await patch(person.token, { [field]: value });

      expect(status).toBe(200);
      expect(body[field]).toEqual(value);
    });

    it.each(['password_expired', 'is_superuser', 'is_active'])('%s', async (field) => {
      const person = await aPerson({ is_superuser: true, password_expired: true });

      const { status, body } = await patch(person.token, { [field]: false });

      expect(status).toBe(200);
      expect(body[field]).toBe(false);
    });
  });

  describe('metadata', () => {
    it('is replaced by application/json and merged by application/merge-patch+json', async () => {
      const person = await aPerson();
      await patch(person.token, { metadata: { theme: { dark: true, hue: 1 }, n: 1 } });

      const merged = await mergePatch(person.token, { metadata: { theme: { hue: null }, m: 2 } });
      const replaced = await patch(person.token, { metadata: { m: 3 } });

      expect(merged.body.metadata).toEqual({ theme: { dark: true }, n: 1, m: 2 });
      expect(replaced.body.metadata).toEqual({ m: 3 });
    });

    it('preserves the order of members and escaped surrogates', async () => {
      const person = await aPerson();
      const text = '{"metadata":{"z":1,"a":"\\ud800","m":{"2":0,"b":[]}}}';

      expect((await patch(person.token, text)).status).toBe(200);
      expect((await recordOf(person.subject)).account.metadata).toBe(
        JSON.stringify(JSON.parse(text).metadata),
      );
    });
  });

  it('keeps names unique, and the old one at rest', async () => {
    const [ada, bob] = [await aPerson(), await aPerson()];
    const username = unique('countess');

    expect((await patch(ada.token, { username })).body.username).toBe(username);
    const taken = await patch(bob.token, { username: username.toUpperCase() });
    expect(taken).toMatchObject({ status: 409, body: { code: 'username_taken' } });
    expect((await patch(bob.token, { username: ada.username })).status).toBe(409);
    expect((await patch(ada.token, { username: ada.username })).status).toBe(200);
  });
});
