/**
 * Renews the tokens of a sign-in once, however many requests and tabs want that: refresh tokens rotate,
 * so a second renewal would be refused. A browser copies the session storage with a tab, so copies of a
 * tab share its sign-in; other tabs have one of their own.
 */
import { ErrorResponse, User, type UserManager } from 'oidc-client-ts';
import * as v from 'valibot';

/** How long a tab waits for the tokens that another one has just renewed. */
const HANDOVER_MILLISECONDS = 1000;

/** The tokens of this tab. */
type Tokens = Pick<UserManager, 'getUser' | 'storeUser' | 'signinSilent'>;
/** What the tabs share: Web Locks, and a BroadcastChannel. */
interface Tabs {
  locks: {
    request<Result>(
      name: string,
      options: { ifAvailable?: boolean },
      hold: (lock: unknown) => Promise<Result>,
    ): Promise<Result>;
  };
  channel: {
    postMessage(message: unknown): void;
    addEventListener(type: 'message', listen: (event: { data: unknown }) => void): void;
    removeEventListener(type: 'message', listen: (event: { data: unknown }) => void): void;
  };
}

const HandoverSchema = v.object({
  /** The access token that was replaced. */
  replaced: v.string(),
  /** The new tokens, as they are stored. */
  user: v.string(),
});

/**
 * Returns a function that replaces tokens: by those of another tab, or with the refresh token. Null
 * where that is refused, which alone ends a sign-in (RFC 6749 section 5.2); it rejects where the tokens
 * cannot be renewed now.
 */
export function createTokenRenewal(
  tokens: Tokens,
  { locks, channel }: Tabs,
): (stale: User) => Promise<User | null> {
  let taken = Promise.resolve();
  channel.addEventListener('message', ({ data }) => {
    taken = taken.then(() => take(tokens, data));
  });
  const renewed = async (stale: User): Promise<User | null> => {
    const user = await tokens.getUser();
    return user?.access_token === stale.access_token ? null : user;
  };
  const handedOver = async (stale: User): Promise<User | null> => {
    const known = await renewed(stale);
    if (known !== null) return known;
    await nextMessage(channel);
    await taken;
    return renewed(stale);
  };
  const renew = async (stale: User): Promise<User | null> => {
    const user = await refresh(tokens, stale);
    if (user !== null) {
      channel.postMessage({ replaced: stale.access_token, user: user.toStorageString() });
    }
    return user;
  };
  return async (stale) => {
    // The end of its signature tells a token from others, and is of no use to anybody.
    const name = `token-renewal-${stale.access_token.slice(-16)}`;
    const first = await locks.request(name, { ifAvailable: true }, async (lock) =>
      lock === null ? undefined : ((await renewed(stale)) ?? (await renew(stale))),
    );
    if (first !== undefined) return first;
    return locks.request(name, {}, async () => (await handedOver(stale)) ?? (await renew(stale)));
  };
}

async function take(tokens: Tokens, data: unknown): Promise<void> {
  const handover = v.safeParse(HandoverSchema, data);
  if (!handover.success) return;
  const { replaced, user } = handover.output;
  const own = await tokens.getUser();
  if (own?.access_token === replaced) await tokens.storeUser(User.fromStorageString(user));
}

async function refresh(tokens: Tokens, { refresh_token }: User): Promise<User | null> {
  if (refresh_token === undefined) return null;
  try {
    return await tokens.signinSilent();
  } catch (error) {
    if (error instanceof ErrorResponse && error.error === 'invalid_grant') return null;
    throw error;
  }
}

/** Resolves with the next message, or when none comes in time. */
function nextMessage(channel: Tabs['channel']): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      channel.removeEventListener('message', done);
      resolve();
    };
    const timer = setTimeout(done, HANDOVER_MILLISECONDS);
    channel.addEventListener('message', done);
  });
}
