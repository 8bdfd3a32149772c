/**
 * The item that lists the active superusers (docs/decisions/0027): written with every change that
 * makes one or takes one away, so that a transaction can tell whether another remains.
 */
import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { type AccountRecord, isActiveSuperuser } from '../account/account-record.ts';
import { LastSuperuserError, UnavailableError } from '../account/errors.ts';
import { SUPERUSERS_KEY } from '../contract.ts';
import type { TransactionPart } from './name-markers.ts';
import { KEY } from './user-item.ts';

/** DynamoDB keeps no empty set, so `subjects` may be absent. */
const SuperuserItemSchema = v.strictObject({
  [KEY]: v.literal(SUPERUSERS_KEY),
  subjects: v.optional(v.set(v.string()), () => new Set()),
  /** False where accounts from before there was a list may be missing. */
  isComplete: v.optional(v.boolean(), false),
});

/** The list in an item. @throws ValiError when it is none */
export function fromSuperuserItem(item: unknown) {
  const { subjects, isComplete } = v.parse(SuperuserItemSchema, item ?? { [KEY]: SUPERUSERS_KEY });
  return { subjects, isComplete };
}

/** True for an item that is such a list. */
export function isSuperuserItem(item: unknown): boolean {
  return v.is(SuperuserItemSchema, item);
}

const ANOTHER_REMAINS =
  'attribute_exists(#subjects) AND (size(#subjects) > :one OR NOT contains(#subjects, :subject))';

/** Adds a subject to the list or takes it off, whatever the list holds. */
export function superuserUpdate(TableName: string, subject: string, isOne: boolean) {
  return {
    TableName,
    Key: { [KEY]: SUPERUSERS_KEY },
    UpdateExpression: `${isOne ? 'ADD' : 'DELETE'} #subjects :subjects`,
    ExpressionAttributeNames: { '#subjects': 'subjects' },
    ExpressionAttributeValues: { ':subjects': new Set([subject]) },
  };
}

/**
 * What a write of a record changes in the list: nothing, or one part of its transaction.
 * @param keepsLast true where the write must fail if no other superuser remains
 */
export function superuserChange(
  TableName: string,
  before: AccountRecord | null,
  after: AccountRecord | null,
  keepsLast: boolean,
): TransactionPart[] {
  const isOne = after !== null && isActiveSuperuser(after);
  const subject = (after ?? before)?.subject;
  if (subject === undefined || isOne === (before !== null && isActiveSuperuser(before))) return [];
  const Update = superuserUpdate(TableName, subject, isOne);
  if (isOne || !keepsLast) return [{ Update }];
  const values = { ...Update.ExpressionAttributeValues, ':subject': subject, ':one': 1 };
  return [
    {
      Update: {
        ...Update,
        ConditionExpression: ANOTHER_REMAINS,
        ExpressionAttributeValues: values,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
  ];
}

/** True for the part of a transaction that `superuserChange` made. */
export function isSuperuserChange(part: TransactionPart | undefined): boolean {
  return part?.Update?.Key?.[KEY] === SUPERUSERS_KEY;
}

/** The error for a failed condition of `superuserChange`. An incomplete list cannot tell. */
export function superuserError({ Item }: CancellationReason): Error {
  // The document client does not unmarshall the items of reasons.
  if (Item?.['isComplete']?.BOOL === true) return new LastSuperuserError('No other is active');
  return new UnavailableError('The active superusers are not known', { settled: true });
}
