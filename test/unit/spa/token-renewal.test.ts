import { ErrorResponse, User } from 'oidc-client-ts';
import { describe, expect, it } from 'vitest';
import { createTokenRenewal } from '../../../examples/spa/src/token-renewal.ts';

/** A token endpoint that takes each refresh token once. */
function anEndpoint() {
  let valid = 1;
  let error: Error | null = null;
  const refreshed: string[] = [];
  return {
    refreshed,
    failWith: (failure: Error | null) => {
      error = failure;
    },
    refresh: async ({ refresh_token = '' }: User): Promise<User> => {
      refreshed.push(refresh_token);
      await Promise.resolve();
      if (error) throw error;
      if (refresh_token !== `refresh-${valid}`) throw refusal('invalid_grant');
      valid += 1;
      return tokens(valid);
    },
  };
}

const tokens = (number: number) =>
  new User({
    access_token: `access-${number}`.padStart(20, '-'),
    refresh_token: `refresh-${number}`,
    token_type: 'Bearer',
    profile: { sub: '', iss: '', aud: '', exp: 0, iat: 0 },
    expires_at: 3600 * number,
  });

const refusal = (error: string) => new ErrorResponse({ error });

/** Locks that are had one after the other, and a channel to all other tabs. */
function aBrowser() {
  const ends = new Map<string, Promise<unknown>>();
  const tabs: ((event: { data: unknown }) => void)[][] = [];
  const locks = {
    async request<Result>(
      name: string,
      { ifAvailable = false }: { ifAvailable?: boolean },
      hold: (lock: unknown) => Promise<Result>,
    ): Promise<Result> {
      const end = ends.get(name);
      if (end && ifAvailable) return hold(null);
      const run = (end ?? Promise.resolve()).then(() => hold({}));
      const done = run
        .catch(() => undefined)
        .then(() => {
          if (ends.get(name) === done) ends.delete(name);
        });
      ends.set(name, done);
      return run;
    },
  };
  const openChannel = (hears: boolean) => {
    const own: ((event: { data: unknown }) => void)[] = [];
    if (hears) tabs.push(own);
    return {
      // Heard later than a lock is given on.
      postMessage: (data: unknown) =>
        void setTimeout(() => {
          for (const tab of tabs) if (tab !== own) for (const listen of [...tab]) listen({ data });
        }, 5),
      addEventListener: (_type: 'message', listen: (event: { data: unknown }) => void) =>
        void own.push(listen),
      removeEventListener: (_type: 'message', listen: (event: { data: unknown }) => void) =>
        void own.splice(own.indexOf(listen), 1),
    };
  };
  return { locks, openChannel };
}

function aTab(
  { locks, openChannel }: ReturnType<typeof aBrowser>,
  endpoint: ReturnType<typeof anEndpoint>,
  user = tokens(1),
) {
  let stored: User | null = user;
  const store = {
    getUser: async () => stored,
    storeUser: async (next: User | null) => {
      stored = next;
    },
    signinSilent: async () => {
      stored = await endpoint.refresh(stored ?? user);
      return stored;
    },
  };
  const renew = createTokenRenewal(store, { locks, channel: openChannel(true) });
  return { renew: () => renew(user), stored: () => stored?.access_token };
}

describe('the renewal of tokens', () => {
  it('happens once for requests at the same time', async () => {
    const endpoint = anEndpoint();
    const tab = aTab(aBrowser(), endpoint);

    const users = await Promise.all([tab.renew(), tab.renew(), tab.renew()]);

    expect(users.map((user) => user?.access_token)).toEqual(Array(3).fill(tokens(2).access_token));
    expect(endpoint.refreshed).toEqual(['refresh-1']);
  });

  it('happens once for copies of a tab at the same time', async () => {
    const endpoint = anEndpoint();
    const browser = aBrowser();
    const copies = [aTab(browser, endpoint), aTab(browser, endpoint), aTab(browser, endpoint)];

    await Promise.all(copies.map((tab) => tab.renew()));

    expect(copies.map((tab) => tab.stored())).toEqual(Array(3).fill(tokens(2).access_token));
    expect(endpoint.refreshed).toEqual(['refresh-1']);
  });

  it('is taken over by a copy that needs it later', async () => {
    const endpoint = anEndpoint();
    const browser = aBrowser();
    const [tab, copy] = [aTab(browser, endpoint), aTab(browser, endpoint)];

    await tab.renew();
    await expect.poll(() => copy.stored()).toBe(tokens(2).access_token);
    await copy.renew();

    expect(endpoint.refreshed).toEqual(['refresh-1']);
  });

  it('leaves tabs with another sign-in alone', async () => {
    const browser = aBrowser();
    const other = aTab(browser, anEndpoint(), tokens(7));
    const copy = aTab(browser, anEndpoint());

    await aTab(browser, anEndpoint()).renew();
    await expect.poll(() => copy.stored()).toBe(tokens(2).access_token);

    expect(other.stored()).toBe(tokens(7).access_token);
  });

  it('ends the sign-in only where the refresh token is refused', async () => {
    const endpoint = anEndpoint();
    endpoint.failWith(refusal('invalid_grant'));

    expect(await aTab(aBrowser(), endpoint).renew()).toBeNull();
  });

  it.each([
    ['another error of OAuth', refusal('temporarily_unavailable')],
    ['no response', new TypeError('Failed to fetch')],
  ])('may be tried again after %s', async (_what, failure) => {
    const endpoint = anEndpoint();
    const tab = aTab(aBrowser(), endpoint);
    endpoint.failWith(failure);
    await expect(tab.renew()).rejects.toThrow();
    expect(tab.stored()).toBe(tokens(1).access_token);

    endpoint.failWith(null);
    expect((await tab.renew())?.access_token).toBe(tokens(2).access_token);
  });

  it('ignores messages that are none of its own', async () => {
    const browser = aBrowser();
    const tab = aTab(browser, anEndpoint());

    browser.openChannel(false).postMessage({ user: 'nonsense' });
    await new Promise((resolve) => setTimeout(resolve, 10));

    expect(tab.stored()).toBe(tokens(1).access_token);
  });
});
