/** Who makes a request, as far as the domain needs to know. Made from claims by lib/auth. */

interface Session {
  /** `sub` of the token: the subject of the caller's record. */
  subject: string;
  /** When the caller signed in (`auth_time`), epoch seconds; null where the token does not say. */
  authTime: number | null;
  /** The session all tokens of one sign-in share (`origin_jti`). */
  originJti: string | null;
  /** True where the token's scopes let the caller change the account. */
  mayWrite: boolean;
}

/** A person, by the directory name that the token carries, or a service by its app client. */
export type Caller = Session &
  ({ kind: 'person'; directoryName: string } | { kind: 'service'; directoryName: null });
