/**
 * A PATCH whose function is killed midway, on the local cloud: the next request completes it or has
 * nothing to complete. test/faults covers every single call instead.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { SignInRefusedError, signIn } from '../../tools/local/sign-in.ts';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { disagreementsOf } from '../support/deployed-oracle.ts';
import {
  aPerson,
  endLease,
  get,
  patch,
  recordOf,
  stack,
  type TestPerson,
  unique,
} from '../support/deployed-service.ts';
import { kill, pause, workersOf } from '../support/function-workers.ts';
import { createRandom } from '../support/random.ts';

// Every night more of them (.github/workflows/nightly.yml).
const ROUNDS = Number(process.env['CRASH_ROUNDS'] ?? 20);
const LEAST_INTERRUPTED = ROUNDS / 5;
const LEAST_LEFT_OPEN = 1;

const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 2 ** 32));

// A seed makes the kill times reproducible.
const random = createRandom(seed);

type Fields = Record<string, string | boolean>;

/** Changes with their new values; passwords are checked by signing in. */
const CHANGES: Record<string, () => Fields> = {
  username: () => ({ username: unique('renamed'), name: 'Renamed' }),
  email: () => ({ email: `${unique('moved')}@users.example`, company: 'Moved' }),
  'password and username': () => ({ password: newPassword(), username: unique('renamed') }),
  is_active: () => ({ is_active: false, job_title: 'None' }),
  profile: () => ({ name: 'Ada', company: 'Engines', is_onboarded: true }),
};
const KINDS = Object.keys(CHANGES);

const outcomes: string[] = [];

async function signsIn(username: string, password: string): Promise<boolean> {
  try {
    await signIn(stack, { username, password });
    return true;
  } catch (error) {
    if (error instanceof SignInRefusedError) return false;
    throw error;
  }
}

/** Starts a worker, so that the kill hits the request and not the start of a process. */
async function readyWorkers(token: string): Promise<number[]> {
  // The local cloud may still send a request to a worker that was just killed.
  await expect.poll(async () => (await patch(token, {})).status).toBe(200);
  const workers = await workersOf(stack.patchMeFunctionName);
  expect(workers).not.toEqual([]);
  return workers;
}

/**
 * Sends a PATCH, and kills the function after a fraction of the duration of an empty PATCH, or for
 * null as soon as its change is recorded.
 * @returns the status; null if there was no response
 */
async function interruptedPatch(person: TestPerson, fields: Fields, share: number | null) {
  const workers = await readyWorkers(person.token);
  const start = performance.now();
  expect((await patch(person.token, {})).status).toBe(200);
  const delay = (share ?? 0) * (performance.now() - start);
  let isAnswered = false;
  const sent = patch(person.token, fields).then(
    ({ status }) => status,
    () => null,
  );
  void sent.then(() => {
    isAnswered = true;
  });
  const isRecorded = async () => (await recordOf(person.subject)).intent !== null;
  if (share !== null) await new Promise((resolve) => setTimeout(resolve, delay));
  else while (!isAnswered && !(await isRecorded()));
  kill(workers);
  return sent;
}

/** What these fields held before. */
function oldValues({ username, email }: TestPerson, fields: string[]) {
  const profile = { name: null, company: null, job_title: null, is_onboarded: false };
  const before = { ...profile, username, email, is_active: true };
  return Object.fromEntries(Object.entries(before).filter(([field]) => fields.includes(field)));
}

/** Expects that all fields are old or all are new. @returns whether they are new */
async function expectAllOrNothing(person: TestPerson, fields: Fields): Promise<boolean> {
  const { password: _unreadable, ...renewed } = fields;
  const { account } = await recordOf(person.subject);
  const isNew = Object.entries(account).some(([field, value]) => renewed[field] === value);
  expect(account).toMatchObject(isNew ? renewed : oldValues(person, Object.keys(renewed)));
  return isNew;
}

/** Expects that only the current username and exactly one of the passwords can sign in. */
async function expectSignInAgrees(person: TestPerson, fields: Fields): Promise<void> {
  const { account } = await recordOf(person.subject);
  const names = [person.username, String(fields['username'] ?? unique('nobody'))];
  const passwords = [person.password, String(fields['password'] ?? newPassword())];
  const works: string[] = [];
  for (const name of names) {
    for (const password of passwords) if (await signsIn(name, password)) works.push(name);
  }
  expect(works).toEqual(account.is_active ? [account.username] : []);
}

describe('a PATCH whose function is killed', () => {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => ({
    round,
    kind: KINDS[round % KINDS.length] ?? '',
    share: random() < 0.5 ? null : random(),
  }));

  it.each(rounds)('is applied completely or not at all, round $round: $kind', async (given) => {
    const person = await aPerson({ is_superuser: true });
    const fields = CHANGES[given.kind]?.() ?? {};

    const status = await interruptedPatch(person, fields, given.share);
    const wasLeftOpen = await endLease(person.subject);
    const answer = await get(person.token);

    const isNew = await expectAllOrNothing(person, fields);
    const outcome = status === 200 ? 'answered' : wasLeftOpen ? 'left open' : 'interrupted';
    outcomes.push(`${outcome}, ${isNew ? 'new' : 'old'}`);
    expect([200, 502]).toContain(status);
    if (status === 200) expect(isNew).toBe(true);
    // An intent is completed, not rolled back: none of these changes is rejected.
    if (wasLeftOpen) expect(isNew).toBe(true);
    expect(answer.status).toBe(isNew && fields['is_active'] === false ? 403 : 200);
    expect((await recordOf(person.subject)).intent).toBeNull();
    expect(await disagreementsOf([person.subject])).toEqual([]);
    await expectSignInAgrees(person, fields);
  });

  it('was interrupted in some rounds, and left pending in some of them', () => {
    const begun = (outcome: string) => outcomes.filter((one) => one.startsWith(outcome)).length;

    expect(outcomes).toHaveLength(ROUNDS);
    expect(ROUNDS - begun('answered')).toBeGreaterThanOrEqual(LEAST_INTERRUPTED);
    expect(begun('left open')).toBeGreaterThanOrEqual(LEAST_LEFT_OPEN);
  });

  afterAll(() => {
    const counts = Map.groupBy(outcomes, (outcome) => outcome);
    const table = [...counts].map(([outcome, { length }]) => `${length} ${outcome}`).sort();
    console.log(`CRASH_SEED=${seed}: ${table.join('; ')}`);
  });
});

describe('a PATCH whose function stands still with the change recorded', () => {
  /** Sends a change of username, and has its function stand still once the change is recorded. */
  async function pausedPatch({ token, subject }: TestPerson, username: string) {
    kill(await workersOf(stack.patchMeFunctionName));
    const [worker = 0, ...others] = await readyWorkers(token);
    expect(others).toEqual([]);
    const response = patch(token, { username });
    for (let isBegun = false; !isBegun; ) {
      const { intent, account } = await recordOf(subject);
      isBegun = intent !== null || account.username === username;
    }
    return { response, goOn: pause(worker) };
  }

  it('is waited for: a read gets the stored account, another change 503 with Retry-After', async () => {
    let waited = 0;
    // A stop has to meet the moment before the end of the change: not every one does.
    for (let round = 0; round < 30 && waited === 0; round += 1) {
      const person = await aPerson();
      const [first, second] = [unique('first'), unique('second')];

      const { response, goOn } = await pausedPatch(person, first);
      try {
        if ((await recordOf(person.subject)).intent === null) continue;
        waited += 1;
        expect((await get(person.token)).body.username).toBe(person.username);
        const refused = await patch(person.token, { username: second });
        expect(refused.status).toBe(503);
        expect(refused.headers.get('retry-after')).toBe('1');
      } finally {
        goOn();
        await response;
      }

      expect((await get(person.token)).body.username).toBe(first);
      expect((await patch(person.token, { username: second })).body.username).toBe(second);
      expect(await disagreementsOf([person.subject])).toEqual([]);
      await expectSignInAgrees(person, { username: second });
    }
    expect(waited).toBe(1);
  });
});
