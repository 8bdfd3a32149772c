/** Sessions of a pool's users: one for each sign-in of an app, one for each hosted sign-in's cookie. */
import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';
import { type Json, textOf } from './cognito-api.ts';
import { numberOf, poolOfToken } from './cognito-jwt.ts';

interface Owner {
  poolId: string;
  clientId: string;
  username: string;
  subject: string;
}

/** A sign-in of an app: all tokens that share an `origin_jti`. */
export interface TokenSession extends Owner {
  id: string;
  type: 'TOKEN';
  /** Time of the sign-in, in seconds since the epoch. */
  authTime: number;
  /** The hosted sign-in that it came through. */
  origin: SsoSession | null;
  createdAt: number;
  lastActiveAt: number;
  isEnded: boolean;
}

/** A hosted sign-in in one browser. */
export interface SsoSession {
  id: string;
  type: 'SSO';
  /** Null until the app redeems its code, which says whose sign-in it was. */
  owner: Owner | null;
  /** When credentials were given, in milliseconds since the epoch. */
  createdAt: number;
  /** The same as `auth_time` of the tokens. */
  authTime: number;
  lastActiveAt: number;
  isEnded: boolean;
}

/** Both kinds of sessions, of all pools. */
export interface SessionStore {
  /** The session of a user's token, opened by its first token; null for a service's token. */
  ofToken(claims: Json): TokenSession | null;
  /** Opens the session of a token that is yet to be issued. */
  open(originJti: string, session: Pick<TokenSession, 'authTime' | 'origin'> & Owner): void;
  openSso(): SsoSession;
  /** Running sessions of a user. */
  of(poolId: string, username: string): (TokenSession | SsoSession)[];
  /** Ends every sign-in of apps, as a global sign-out does: it leaves the hosted sign-in alone. */
  endTokens(poolId: string, username: string): void;
  /** Ends one session, and on demand those linked with it. */
  end(session: TokenSession | SsoSession, linked: boolean): void;
}

/** A store without sessions. */
export function createSessionStore(clock: Clock): SessionStore {
  const tokens = new Map<string, TokenSession>();
  const signIns: SsoSession[] = [];
  const open: SessionStore['open'] = (originJti, session) => {
    const now = clock.now();
    const rest = { createdAt: now, lastActiveAt: now, isEnded: false };
    tokens.set(originJti, { id: sessionId('tkn'), type: 'TOKEN', ...session, ...rest });
  };
  const all = (poolId: string, username: string) => {
    const owns = (owner: Owner | null) => owner?.poolId === poolId && owner.username === username;
    return [
      ...[...tokens.values()].filter((session) => !session.isEnded && owns(session)),
      ...signIns.filter((session) => !session.isEnded && owns(session.owner)),
    ];
  };
  return {
    open,
    of: all,
    ofToken: (claims) => {
      const originJti = textOf(claims, 'origin_jti');
      const owner = ownerOf(claims);
      if (originJti === '' || owner.username === '') return tokens.get(originJti) ?? null;
      if (!tokens.has(originJti)) {
        open(originJti, { ...owner, authTime: numberOf(claims, 'auth_time'), origin: null });
      }
      return tokens.get(originJti) ?? null;
    },
    openSso: () => {
      const now = clock.now();
      const session: SsoSession = {
        id: sessionId('sso'),
        type: 'SSO',
        owner: null,
        createdAt: now,
        authTime: 0,
        lastActiveAt: now,
        isEnded: false,
      };
      signIns.push(session);
      return session;
    },
    endTokens: (poolId, username) => {
      for (const session of all(poolId, username)) {
        if (session.type === 'TOKEN') session.isEnded = true;
      }
    },
    end: (session, linked) => {
      session.isEnded = true;
      if (!linked) return;
      if (session.type === 'TOKEN' && session.origin) session.origin.isEnded = true;
      if (session.type === 'TOKEN') return;
      for (const child of tokens.values()) if (child.origin === session) child.isEnded = true;
    },
  };
}

/** Whose token it is. */
export const ownerOf = (claims: Json): Owner => ({
  poolId: poolOfToken(claims),
  clientId: textOf(claims, 'client_id'),
  username: textOf(claims, 'username'),
  subject: textOf(claims, 'sub'),
});

/** 28 lower-case letters and digits behind the prefix's kind. */
function sessionId(prefix: 'tkn' | 'sso'): string {
  const digits = [...randomBytes(25)].map((byte) => (byte % 36).toString(36));
  return prefix + digits.join('');
}
