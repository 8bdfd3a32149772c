/** Functions invoked past the gateway, with claims that no authorizer hands over: they fail closed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anApiEvent, aPatchEvent } from '../support/api-event.ts';
import { type Claims, without } from '../support/claims.ts';
import { aPerson, recordOf, stack, type TestPerson } from '../support/deployed-service.ts';
import { claimsIn, invoke, type Returned } from '../support/direct-invocation.ts';
import { recordFigures } from '../support/figures.ts';

let person: TestPerson;
let claims: Claims;
let revision: number;
beforeAll(async () => {
  person = await aPerson({ name: 'Kept to herself', is_superuser: true });
  claims = claimsIn(person.token);
  ({ revision } = await recordOf(person.subject));
});

const figures = { attempted: 0, refused: 0 };
afterAll(() => recordFigures('direct invocation', figures));

const READ = (given: unknown) => anApiEvent({ claims: given as Claims });
const WRITE = (given: unknown) => aPatchEvent({ name: 'Mallory' }, { claims: given as Claims });

async function expectRefused(answers: Returned[], status: number, code: string): Promise<void> {
  for (const answer of answers) {
    figures.attempted += 1;
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    const said = JSON.stringify(answer);
    for (const secret of [person.email, person.username, person.subject, 'Kept to herself']) {
      expect(said).not.toContain(secret);
    }
    figures.refused += 1;
  }
  expect((await recordOf(person.subject)).revision).toBe(revision);
}

const both = async (given: unknown) => [
  await invoke(stack.getMeFunctionName, READ(given)),
  await invoke(stack.patchMeFunctionName, WRITE(given)),
];

describe('claims', () => {
  it('that are right let the caller in, so that what follows is refused for what is changed', async () => {
    const [read] = await both(claims);

    expect(read).toMatchObject({ status: 200, body: { id: person.subject } });
    ({ revision } = await recordOf(person.subject));
  });

  it.each<[string, unknown]>([
    ['none at all', undefined],
    ['null', null],
    ['a text', 'sub=ada'],
    ['a list', []],
    ['an empty object', {}],
  ])('that are %s are refused', async (_name, given) => {
    await expectRefused(await both(given), 401, 'invalid_token');
  });

  it.each(['sub', 'iss', 'client_id', 'token_use', 'scope', 'exp', 'username'])(
    'without %s are refused',
    async (name) => {
      await expectRefused(await both(without(claims, name)), 401, 'invalid_token');
    },
  );
});
