/** Concurrent requests: no update is lost, one name has one winner, one precondition holds once. */
import { describe, expect, it } from 'vitest';
import { disagreementsOf } from '../support/deployed-oracle.ts';
import {
  type Answer,
  aPerson,
  get,
  mergePatch as mergePatchOnce,
  patch as patchOnce,
  ports,
  recordOf,
  type TestPerson,
  unique,
  untilAvailable,
} from '../support/deployed-service.ts';
import { expectProblem } from '../support/problems.ts';

// A client that is told to try again does so.
const patch: typeof patchOnce = (...args) => untilAvailable(() => patchOnce(...args));
const mergePatch: typeof mergePatchOnce = (...args) =>
  untilAvailable(() => mergePatchOnce(...args));

/** Creates users in small batches, because sign-ins are not under test. */
async function people(count: number): Promise<TestPerson[]> {
  const made: TestPerson[] = [];
  const makeMore = async (): Promise<void> => {
    while (made.length < count) {
      const slot = made.push(await aPerson());
      if (slot > count) made.pop();
    }
  };
  await Promise.all(Array.from({ length: 8 }, makeMore));
  return made;
}

const statuses = (answers: Answer[]) =>
  Object.groupBy(answers, ({ status, body }) => `${status} ${body.code ?? ''}`.trim());
const counts = (answers: Answer[]) =>
  Object.fromEntries(
    Object.entries(statuses(answers)).map(([status, same]) => [status, same?.length]),
  );

/** Starts as many workers as there are requests, because their start is not under test. */
async function warmUp(count: number, { token }: TestPerson): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => patch(token, {})));
}

describe('concurrent PATCHes', () => {
  it('of different fields and members, 50 of one account, lose nothing', async () => {
    const person = await aPerson();
    await mergePatch(person.token, { metadata: { kept: true } });
    await warmUp(50, person);
    const { version } = await recordOf(person.subject);
    const fields = {
      name: 'Ada',
      company: 'Analytical Engines',
      job_title: 'Countess',
      avatar_url: 'https://users.example/ada.png',
      is_onboarded: true,
      username: unique('ada'),
      email: `${unique('ada')}@users.example`,
    };
    const members = Array.from({ length: 50 - Object.keys(fields).length }, (_, n) => `m${n}`);

    const answers = await Promise.all([
      ...Object.entries(fields).map(([field, value]) => patch(person.token, { [field]: value })),
      ...members.map((member, n) => mergePatch(person.token, { metadata: { [member]: n } })),
    ]);

    expect(counts(answers)).toEqual({ 200: 50 });
    const { body, headers } = await get(person.token);
    expect(body).toMatchObject(fields);
    expect(body.metadata).toEqual({
      kept: true,
      ...Object.fromEntries(members.map((member, n) => [member, n])),
    });
    expect(headers.get('etag')).toBe(`"${person.subject}.${version + 50}"`);
    // Each response is the account after the requested change, or later.
    const sent = [
      ...Object.entries(fields).map(([field, value]) => ({ [field]: value })),
      ...members.map((member, n) => ({ metadata: { [member]: n } })),
    ];
    for (const [n, answer] of answers.entries()) expect(answer.body).toMatchObject(sent[n] ?? {});
    expect(await disagreementsOf([person.subject])).toEqual([]);
  });

  it('of one username by 100 accounts have exactly one winner', async () => {
    const racers = await people(100);
    const prize = unique('prize');
    // Letter case makes no difference.
    const spelled = (n: number) => (n % 2 === 0 ? prize : prize.toUpperCase());

    const answers = await Promise.all(
      racers.map(({ token }, n) => patch(token, { username: spelled(n) })),
    );

    expect(counts(answers)).toEqual({ 200: 1, '409 username_taken': 99 });
    const winner = racers[answers.findIndex(({ status }) => status === 200)];
    const records = await ports.index.recordsOf(racers.map(({ subject }) => subject));
    const losers = racers.filter((racer) => racer !== winner);
    expect((await ports.index.holdersOf([prize])).get(prize)).toBe(winner?.subject);
    expect(losers.map(({ subject }) => records.get(subject)?.account.username)).toEqual(
      losers.map(({ username }) => username),
    );
    expect(await disagreementsOf(racers.map(({ subject }) => subject))).toEqual([]);
  });

  it('of different names, 15 of one account, leave one of them everywhere', async () => {
    const person = await aPerson();
    await warmUp(15, person);
    const usernames = Array.from({ length: 8 }, () => unique('name'));
    const emails = Array.from({ length: 7 }, () => `${unique('name')}@users.example`);

    const answers = await Promise.all([
      ...usernames.map((username) => patch(person.token, { username })),
      ...emails.map((email) => patch(person.token, { email })),
    ]);

    expect(counts(answers)).toEqual({ 200: 15 });
    const { username, email } = (await get(person.token)).body;
    expect(usernames).toContain(username);
    expect(emails).toContain(email);
    expect(await disagreementsOf([person.subject])).toEqual([]);
    const freed = [person.username, person.email, ...usernames, ...emails].filter(
      (name) => ![username, email].includes(name),
    );
    expect((await ports.index.holdersOf(freed)).size).toBe(0);
  });

  it('with the same If-Match, 20 of one account, have exactly one winner', async () => {
    const person = await aPerson();
    const ifMatch = (await get(person.token)).headers.get('etag') ?? '';

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        patch(person.token, { name: `writer ${n}` }, { 'if-match': ifMatch }),
      ),
    );

    expect(counts(answers)).toEqual({ 200: 1, '412 precondition_failed': 19 });
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expectProblem(answer, { status: 412, code: 'precondition_failed' });
    }
    const winner = answers.find(({ status }) => status === 200);
    expect((await get(person.token)).body).toEqual(winner?.body);
    expect((await recordOf(person.subject)).version).toBe(2);
    expect(await disagreementsOf([person.subject])).toEqual([]);
  });

  it('with the same If-Match on names that the directory keeps have exactly one winner', async () => {
    const person = await aPerson();
    const ifMatch = (await get(person.token)).headers.get('etag') ?? '';
    const wanted = Array.from({ length: 10 }, () => unique('writer'));

    const answers = await Promise.all(
      wanted.map((username) => patch(person.token, { username }, { 'if-match': ifMatch })),
    );

    expect(counts(answers)).toEqual({ 200: 1, '412 precondition_failed': 9 });
    const winner = answers.findIndex(({ status }) => status === 200);
    expect((await get(person.token)).body.username).toBe(wanted[winner]);
    expect((await ports.directory.find(person.directoryName))?.preferredUsername).toBe(
      wanted[winner],
    );
    expect(await disagreementsOf([person.subject])).toEqual([]);
  });
});
