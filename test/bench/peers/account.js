/** Maps an item to the 17 keys of a response, for all JavaScript peers. */

export function toUser({ account }) {
  return {
    ...account,
    metadata: account.metadata === null ? null : JSON.parse(account.metadata),
    password: null,
  };
}
