/** Who makes a request, as far as the domain needs to know. Made from a token's claims by lib/auth. */
import type { ProblemCode } from '../account/errors.ts';
import type { EventSink } from './events.ts';

/** Why a token may not change the account of its subject, whatever the account. */
export type WriteDenial = Extract<ProblemCode, 'insufficient_scope' | 'client_not_allowed'>;

interface Session {
  /** `sub` of the token: the subject of the caller's record. */
  subject: string;
  /** When the caller signed in (`auth_time`), epoch seconds; null where the token does not say. */
  authTime: number | null;
  /** The session all tokens of one sign-in share (`origin_jti`). */
  originJti: string | null;
}

/** A person, by the directory name that the token carries, or a service by its app client. */
type Principal = Session &
  ({ kind: 'person'; directoryName: string } | { kind: 'service'; directoryName: null });

/** A token whose claims were checked, before anyone asked what it may do. */
export interface AccessToken {
  principal: Principal;
  /** The app client it was issued to. */
  clientId: string;
  scopes: readonly string[];
}

/** A principal whose token lets it make this request. */
export type Caller = Principal & {
  /** Null where the token's scopes and client let the caller change the account. */
  writeDenial: WriteDenial | null;
  /** Of the token, as it names them. */
  scopes: readonly string[];
};

/** A caller, and where what happens on their behalf is reported to. */
export interface CallContext {
  caller: Caller;
  report: EventSink;
}
