/**
 * Items of names. One is held (`holder`), or at rest (`restingFor` and `until`): given up, and until
 * then free for that subject only. The rule does not wait for DynamoDB's TTL, which removes what has
 * rested some days late.
 */
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { EXPIRY_ATTRIBUTE } from '../contract.ts';
import { KEY, nameKey } from './user-item.ts';

/** What is stored under a name. */
const NameSchema = v.object({
  holder: v.optional(v.string()),
  restingFor: v.optional(v.string()),
  until: v.optional(v.number(), 0),
});

/** True for the item of a name that another subject holds, or that rests for another. */
export function isTaken(item: unknown, subject: string, nowSeconds: number): boolean {
  if (item === undefined) return false;
  const { holder, restingFor, until } = v.parse(NameSchema, item);
  return holder === undefined ? restingFor !== subject && until > nowSeconds : holder !== subject;
}

/** A write of a transaction. */
export type TransactionPart = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** How long names rest, and the clock that says when it is over (both in seconds). */
export interface NameRest {
  /** 0 frees a name at once. */
  releasedNameRestSeconds: number;
  nowSeconds: () => number;
}

const IS_OWN = 'attribute_not_exists(#pk) OR #holder = :subject';

/** The writes of names of the table of that name. */
export function nameMarkers(TableName: string, rest: NameRest) {
  const at = (name: string) => ({ TableName, Key: { [KEY]: nameKey(name) } });
  return {
    /**
     * Fails for a name that another subject holds or that rests for another. What rests for the
     * subject is remembered: the name may be given back without ever having been the account's.
     */
    reserve: (name: string, subject: string) => ({
      ...at(name),
      UpdateExpression: 'SET #holder = :subject REMOVE #expires',
      ConditionExpression:
        '#holder = :subject OR (attribute_not_exists(#holder) AND ' +
        '(attribute_not_exists(#until) OR #until <= :now OR #restingFor = :subject))',
      ExpressionAttributeNames: {
        '#holder': 'holder',
        '#restingFor': 'restingFor',
        '#until': 'until',
        '#expires': EXPIRY_ATTRIBUTE,
      },
      ExpressionAttributeValues: { ':subject': subject, ':now': rest.nowSeconds() },
    }),

    /** Of a name that the account had. */
    giveUp(name: string, subject: string): TransactionPart {
      const condition = {
        ConditionExpression: IS_OWN,
        ExpressionAttributeNames: { '#pk': KEY, '#holder': 'holder' },
        ExpressionAttributeValues: { ':subject': subject },
      };
      if (rest.releasedNameRestSeconds === 0) return { Delete: { ...at(name), ...condition } };
      const until = rest.nowSeconds() + rest.releasedNameRestSeconds;
      const Item = { [KEY]: nameKey(name), restingFor: subject, until, [EXPIRY_ATTRIBUTE]: until };
      return { Put: { TableName, Item, ...condition } };
    },

    /** Of a name that was only reserved: it rests as long as it did before, or is free at once. */
    release: (name: string, subject: string): TransactionPart => ({
      Update: {
        ...at(name),
        UpdateExpression:
          'SET #until = if_not_exists(#until, :now), #expires = if_not_exists(#until, :now), ' +
          '#restingFor = if_not_exists(#restingFor, :subject) REMOVE #holder',
        ConditionExpression: IS_OWN,
        ExpressionAttributeNames: {
          '#pk': KEY,
          '#holder': 'holder',
          '#restingFor': 'restingFor',
          '#until': 'until',
          '#expires': EXPIRY_ATTRIBUTE,
        },
        ExpressionAttributeValues: { ':subject': subject, ':now': rest.nowSeconds() },
      },
    }),
  };
}
