/** The 17 keys of an answer, from the item of an account: the same for every peer in JavaScript. */

export function toUser({ account }) {
  return {
    ...account,
    metadata: account.metadata === null ? null : JSON.parse(account.metadata),
    password: null,
  };
}
