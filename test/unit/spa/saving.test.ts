import { describe, expect, it } from 'vitest';
import {
  type Account,
  type AccountClient,
  AccountError,
  localProblem,
  type Problem,
} from '../../../examples/spa/src/account-client.ts';
import { ConflictError, saveMerged } from '../../../examples/spa/src/saving.ts';

const OLD = { name: 'Ada', company: 'Engines', job_title: null };

function accountAt(version: number, user: object): Account {
  return { user, etag: `"${version}"` } as Account;
}

/** An API at whose account others make these changes, one before each attempt of ours. */
function anApi(...others: object[]) {
  let version = 1;
  let user: object = OLD;
  const attempts: string[] = [];
  const api: AccountClient = {
    read: async () => accountAt(version, user),
    update: async (account, changes) => {
      attempts.push(account.etag);
      const other = others.shift();
      if (other) [version, user] = [version + 1, { ...user, ...other }];
      if (account.etag !== `"${version}"`) {
        throw new AccountError({
          ...localProblem('no_response'),
          code: 'precondition_failed',
        } as unknown as Problem);
      }
      [version, user] = [version + 1, { ...user, ...changes }];
      return accountAt(version, user);
    },
  };
  return { api, attempts };
}

describe('saveMerged', () => {
  it('merges by the values where the service cannot say what has changed', async () => {
    const { api, attempts } = anApi({ company: 'Analytical Engines' });

    const saved = await saveMerged(api, accountAt(1, OLD), { name: 'Lovelace' });

    expect(saved.user).toEqual({ ...OLD, name: 'Lovelace', company: 'Analytical Engines' });
    expect(attempts).toEqual(['"1"', '"2"']);
  });

  it('asks nothing where both made the same change', async () => {
    const { api } = anApi({ name: 'Lovelace' });

    expect((await saveMerged(api, accountAt(1, OLD), { name: 'Lovelace' })).user).toMatchObject({
      name: 'Lovelace',
    });
  });

  it('saves nothing where both changed the same field, and says which', async () => {
    const { api } = anApi({ name: 'Countess', company: 'Other' });
    const changes = { name: 'Lovelace', job_title: 'Countess' };

    const error = await saveMerged(api, accountAt(1, OLD), changes).catch((thrown) => thrown);

    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ fields: ['name'], account: { etag: '"2"' } });
    expect((await api.read()).user).toEqual({ ...OLD, name: 'Countess', company: 'Other' });
  });

  it('still sees a conflict that comes while it merges', async () => {
    const { api } = anApi({ company: 'Other' }, { name: 'Countess' });

    await expect(saveMerged(api, accountAt(1, OLD), { name: 'Lovelace' })).rejects.toMatchObject({
      fields: ['name'],
    });
  });

  it('gives up where the account never stands still', async () => {
    const { api, attempts } = anApi({ company: '1' }, { company: '2' }, { company: '3' });

    await expect(saveMerged(api, accountAt(1, OLD), { name: 'Lovelace' })).rejects.toMatchObject({
      problem: { code: 'precondition_failed' },
    });
    expect(attempts).toHaveLength(3);
  });

  it('passes other problems on', async () => {
    const { api } = anApi();
    const update = () => Promise.reject(new AccountError(localProblem('no_response')));

    await expect(
      saveMerged({ ...api, update }, accountAt(1, OLD), { name: 'Lovelace' }),
    ).rejects.toMatchObject({ problem: { code: 'no_response' } });
  });
});
