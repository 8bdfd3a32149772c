import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { OperationError } from '../../../../lib/operations/account-lookup.ts';
import { nameAccount } from '../../../../tools/operators/account-description.ts';
import { InterruptedError } from '../../../../tools/operators/interruption.ts';
import { ask } from '../../../../tools/operators/question.ts';
import { aPerson, aRecord, SERVICE } from '../../../support/builders.ts';

/** Asks on a terminal where that is typed; null ends the input, as Ctrl-C and Ctrl-D do. */
async function asked(typed: string | null, isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  const answer = ask('delete "ada" on the stack s in eu-west-1', { input, output }).then(
    () => 'yes',
    (error: Error) => error,
  );
  if (typed === null) input.end();
  else input.write(`${typed}\n`);
  return { answer: await answer, text: String(output.read() ?? '') };
}

describe('a question', () => {
  it('says what is done, to whom and where, and takes yes alone', async () => {
    expect(await asked('yes')).toEqual({
      answer: 'yes',
      text: 'Type yes to delete "ada" on the stack s in eu-west-1: ',
    });
    expect((await asked('y')).answer).toEqual(
      new OperationError('Cancelled: nothing was changed.'),
    );
  });

  it('that is interrupted ends with a sentence', async () => {
    expect((await asked(null)).answer).toEqual(
      new InterruptedError('Interrupted: nothing was changed.'),
    );
  });

  it('is answered by --yes where there is no terminal', async () => {
    expect((await asked('yes', false)).answer).toEqual(
      new OperationError(
        'Nothing was changed: pass --yes to delete "ada" on the stack s in eu-west-1.',
      ),
    );
  });
});

describe('the account in a question', () => {
  it('is the one that was found, by username, id and e-mail', () => {
    const record = aRecord({ id: 'id-1', username: 'Ada', email: 'ada@example.com' });
    const service = aRecord(
      { ...SERVICE, id: 'id-2', username: 'reports' },
      { subject: 'client-2' },
    );
    const person = aPerson({ subject: 'id-3', preferredUsername: 'bob', email: null });

    expect(nameAccount({ record, person: null })).toBe('"Ada" (id id-1, ada@example.com)');
    expect(nameAccount({ record: service, person: null })).toBe(
      'the service account "reports" (id id-2, client client-2)',
    );
    expect(nameAccount({ record: null, person })).toBe('"bob" (id id-3)');
  });
});
