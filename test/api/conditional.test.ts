/** Conditional requests (RFC 9110 section 13) against the deployed service. */
import { describe, expect, it } from 'vitest';
import {
  aPerson,
  aServiceToken,
  get,
  patch,
  recordOf,
  type TestPerson,
} from '../support/deployed-service.ts';
import { expectProblem } from '../support/problems.ts';

const FAILED = { status: 412, code: 'precondition_failed' };
const MALFORMED = { status: 400, code: 'invalid_precondition' };

const etagOf = async ({ token }: TestPerson) => (await get(token)).headers.get('etag') ?? '';

/** A person whose account has an old entity tag and a current one. */
async function someoneChanged() {
  const person = await aPerson();
  const old = await etagOf(person);
  await patch(person.token, { name: 'first' });
  return { ...person, old, current: await etagOf(person) };
}
type Changed = Awaited<ReturnType<typeof someoneChanged>>;

/** An empty header may get lost on the way; test/unit/http/conditional.test.ts has every other form. */
const MALFORMED_CONDITIONS = ['', '*, "a"'];

describe('If-Match on PATCH', () => {
  it.each<[string, (person: Changed) => string]>([
    ['the current tag', ({ current }) => current],
    ['a list with the current tag', ({ old, current }) => `${old}, ${current}`],
    ['*', () => '*'],
  ])('%s holds', async (_name, ifMatch) => {
    const person = await someoneChanged();

    const answer = await patch(person.token, { name: 'second' }, { 'if-match': ifMatch(person) });

    expect(answer).toMatchObject({ status: 200, body: { name: 'second' } });
    expect(answer.headers.get('etag')).toBe(await etagOf(person));
    expect(answer.headers.get('etag')).not.toBe(person.current);
  });

  it.each<[string, (person: Changed) => string]>([
    ['an old tag', ({ old }) => old],
    ['the weak form of the current tag', ({ current }) => `W/${current}`],
    ['a list of others', ({ old, current }) => `${old}, W/${current}, "x"`],
    ['a tag that only begins alike', ({ current }) => current.replace(/"$/, '0"')],
  ])('%s does not hold, and nothing is changed', async (_name, ifMatch) => {
    const person = await someoneChanged();

    const answer = await patch(person.token, { name: 'second' }, { 'if-match': ifMatch(person) });

    expectProblem(answer, FAILED);
    expect(await etagOf(person)).toBe(person.current);
    expect((await recordOf(person.subject)).account.name).toBe('first');
  });

  it.each(MALFORMED_CONDITIONS)('%j is malformed and changes nothing', async (ifMatch) => {
    const person = await someoneChanged();

    const answer = await patch(person.token, { name: 'second' }, { 'if-match': ifMatch });

    expectProblem(answer, MALFORMED);
    expect(await etagOf(person)).toBe(person.current);
  });

  it('the tag of another account does not match', async () => {
    const [ada, bob] = [await aPerson(), await aPerson()];

    const ifMatch = { 'if-match': await etagOf(bob) };

    expectProblem(await patch(ada.token, { name: 'x' }, ifMatch), FAILED);
  });

  it('that fails says which fields changed since, and the tag of now', async () => {
    const { token, old, current } = await someoneChanged();
    await patch(token, { company: 'second' });

    const answer = await patch(token, { job_title: 'x' }, { 'if-match': `${old}, ${current}` });

    expectProblem(answer, { ...FAILED, hints: { changed: ['company'] } });
    expect(answer.headers.get('etag')).toBe((await get(token)).headers.get('etag'));
  });

  it('does not match again when the account regains its old content', async () => {
    const { token, current } = await someoneChanged();
    await patch(token, { name: 'second' });
    await patch(token, { name: 'first' });

    expectProblem(await patch(token, { name: 'third' }, { 'if-match': current }), FAILED);
  });

  it('is evaluated even if nothing would change', async () => {
    const { token, old, current } = await someoneChanged();

    expectProblem(await patch(token, {}, { 'if-match': old }), FAILED);
    expect((await patch(token, {}, { 'if-match': current })).status).toBe(200);
  });
});

describe('If-None-Match on PATCH', () => {
  it.each<[string, (person: Changed) => string]>([
    ['the current tag', ({ current }) => current],
    ['its weak form', ({ current }) => `W/${current}`],
    ['a list with it', ({ old, current }) => `${old}, ${current}`],
    ['*', () => '*'],
  ])('%s does not hold, and is no 304', async (_name, ifNoneMatch) => {
    const person = await someoneChanged();
    const headers = { 'if-none-match': ifNoneMatch(person) };

    expectProblem(await patch(person.token, { name: 'second' }, headers), FAILED);
    expect(await etagOf(person)).toBe(person.current);
  });

  it('an old tag matches', async () => {
    const { token, old } = await someoneChanged();

    const answer = await patch(token, { name: 'second' }, { 'if-none-match': old });

    expect(answer).toMatchObject({ status: 200, body: { name: 'second' } });
  });

  it.each(MALFORMED_CONDITIONS)('%j is malformed', async (ifNoneMatch) => {
    const { token } = await aPerson();

    const answer = await patch(token, { name: 'x' }, { 'if-none-match': ifNoneMatch });

    expectProblem(answer, MALFORMED);
  });
});

describe('conditions on GET', () => {
  it.each<[string, (person: Changed) => string]>([
    ['the current tag', ({ current }) => current],
    ['its weak form', ({ current }) => `W/${current}`],
    ['a list with it', ({ old, current }) => `${old},${current}`],
    ['*', () => '*'],
  ])('If-None-Match with %s gets 304 with the tag alone', async (_name, ifNoneMatch) => {
    const person = await someoneChanged();

    const answer = await get(person.token, { 'if-none-match': ifNoneMatch(person) });

    expect(answer).toMatchObject({ status: 304, body: '' });
    expect(answer.headers.get('etag')).toBe(person.current);
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    expect(answer.headers.get('vary')).toContain('Authorization');
  });

  it('If-None-Match with an old tag returns the account', async () => {
    const { token, old, current } = await someoneChanged();

    const answer = await get(token, { 'if-none-match': old });

    expect(answer).toMatchObject({ status: 200, body: { name: 'first' } });
    expect(answer.headers.get('etag')).toBe(current);
  });

  it('If-Match takes precedence', async () => {
    const { token, old, current } = await someoneChanged();

    const both = { 'if-match': old, 'if-none-match': current };

    expectProblem(await get(token, both), FAILED);
    expect((await get(token, { ...both, 'if-match': current })).status).toBe(304);
    expect((await get(token, { 'if-match': current })).status).toBe(200);
  });

  it.each(MALFORMED_CONDITIONS)('%j is malformed', async (condition) => {
    const { token } = await aPerson();

    expectProblem(await get(token, { 'if-none-match': condition }), MALFORMED);
    expectProblem(await get(token, { 'if-match': condition }), MALFORMED);
  });
});

describe('dates', () => {
  it('pass through the gateway as validator and as conditions', async () => {
    const { token } = await aPerson();
    const { headers } = await get(token);
    const date = headers.get('last-modified') ?? '';
    const before = new Date(Date.parse(date) - 1000).toUTCString();

    expect(new Date(date).toUTCString()).toBe(date);
    expect((await get(token, { 'if-modified-since': date })).status).toBe(304);
    expect((await get(token, { 'if-modified-since': before })).status).toBe(200);
    expect((await patch(token, { name: 'x' }, { 'if-unmodified-since': date })).status).toBe(200);
    expectProblem(await patch(token, { name: 'y' }, { 'if-unmodified-since': before }), {
      ...FAILED,
      hints: { changed: null },
    });
  });
});

describe('preconditions in the order of checks', () => {
  it('come before the content of the body', async () => {
    const { token, old } = await someoneChanged();
    const bad = { name: '', nmae: 'x', is_superuser: true };

    expectProblem(await patch(token, bad, { 'if-match': old }), FAILED);
    expectProblem(await patch(token, bad, { 'if-match': 'unquoted' }), MALFORMED);
    expect((await patch(token, bad, { 'if-match': '*' })).status).toBe(422);
  });

  it('come before permissions and taken names', async () => {
    const [person, other] = [await someoneChanged(), await aPerson()];
    const ifMatch = { 'if-match': person.old };

    expectProblem(await patch(person.token, { is_superuser: true }, ifMatch), FAILED);
    expectProblem(await patch(person.token, { username: other.username }, ifMatch), FAILED);
    expectProblem(await patch(person.token, { username: 'admin' }, ifMatch), FAILED);
  });

  it('come after invalid JSON and unsupported media types', async () => {
    const { token, old } = await someoneChanged();
    const plain = { 'if-match': old, 'content-type': 'text/plain' };

    expect((await patch(token, '{', { 'if-match': old })).body.code).toBe('invalid_json');
    expect((await patch(token, '{}', plain)).status).toBe(415);
  });

  it.each(['"old"', 'unquoted'])('come after an account that is not editable: %s', async (tag) => {
    const internal = await aPerson({}, { internal: true });
    const headers = { 'if-match': tag };

    expectProblem(await patch(internal.token, { name: 'x' }, headers), {
      status: 400,
      code: 'internal_account_not_editable',
    });
    expectProblem(await patch(await aServiceToken(), { name: 'x' }, headers), {
      status: 400,
      code: 'service_account_not_editable',
    });
  });

  it('come after an inactive account', async () => {
    const { token } = await aPerson({ is_active: false });

    expectProblem(await patch(token, { name: 'x' }, { 'if-match': '"old"' }), {
      status: 403,
      code: 'account_inactive',
    });
  });
});

describe('entity tags', () => {
  it('are strong, and never the same for two accounts', async () => {
    const [ada, bob] = [await aPerson(), await aPerson()];
    for (const { token } of [ada, bob]) await patch(token, { name: 'Same', company: 'Same' });

    const [first, second] = [await etagOf(ada), await etagOf(bob)];

    expect(first).toMatch(/^"[\x21\x23-\x7e]+"$/);
    expect(second).toMatch(/^"[\x21\x23-\x7e]+"$/);
    expect(first).not.toBe(second);
  });

  it.each<[string, (person: TestPerson) => unknown]>([
    ['nothing', () => ({})],
    ['the current values', ({ username, email }) => ({ username, email, is_active: true })],
    ['nulls that keep', () => ({ password: null, username: null, is_superuser: null })],
    ['nulls where nothing was', () => ({ name: null, metadata: null, avatar_url: null })],
  ])('stay with a PATCH of %s, which writes nothing', async (_name, body) => {
    const person = await aPerson();
    const before = await etagOf(person);
    const { revision } = await recordOf(person.subject);

    const answer = await patch(person.token, body(person));

    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe(before);
    expect((await recordOf(person.subject)).revision).toBe(revision);
  });

  it('change with every PATCH that changes something', async () => {
    const person = await aPerson();
    const seen = [await etagOf(person)];
    for (const body of [{ name: 'a' }, { name: null }, { metadata: 1 }, { company: 'c' }]) {
      seen.push((await patch(person.token, body)).headers.get('etag') ?? '');
      expect(await etagOf(person)).toBe(seen.at(-1));
    }

    expect(new Set(seen).size).toBe(seen.length);
  });
});
