/** Explains a failed precondition to the owner of the account: by names of fields, never by values. */
import type { AccountRecord } from '../account/account-record.ts';
import { ProblemError } from '../account/errors.ts';
import { changedSince } from '../account/field-versions.ts';
import { type Conditions, entityTag } from './conditional.ts';

/**
 * The problem that says what changed since the newest version that the request names. That cannot be
 * told of `*`, of a date, of a tag of another account, and of a version that is too old.
 */
export function preconditionFailed(conditions: Conditions, record: AccountRecord): ProblemError {
  const asked = conditions.ifMatch ?? conditions.ifNoneMatch;
  const tags = asked === null || asked === '*' ? [] : asked;
  const versions = tags.map(({ tag }) => versionIn(tag, record)).filter((one) => one !== null);
  const changed = versions.length === 0 ? null : changedSince(Math.max(...versions), record);
  return new ProblemError('precondition_failed', [], { changed, entityTag: entityTag(record) });
}

/** The version of the account that an entity tag stands for; null where it is none of this account. */
function versionIn(tag: string, { account }: AccountRecord): number | null {
  const version = Number(/\.(\d+)"$/.exec(tag)?.[1]);
  return tag === entityTag({ account, version }) ? version : null;
}
