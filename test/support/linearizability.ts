/**
 * Linearizability checker (Herlihy and Wing; search by Wing and Gong): whether each concurrent operation
 * can have taken effect at one instant between its start and its end.
 */

/** One operation of a history. */
export interface Operation<State> {
  start: number;
  /** Infinity if it is unknown when or whether the operation took effect. */
  end: number;
  /** The state after it; null if its observation contradicts the state before. */
  next: (state: State) => State | null;
}

/** True if some order explains all operations; those without an end may be omitted. */
export function isLinearizable<State>(
  initial: State,
  history: readonly Operation<State>[],
  keyOf: (state: State) => string,
): boolean {
  const seen = new Set<string>();
  const search = (state: State, left: readonly Operation<State>[]): boolean => {
    if (left.every(({ end }) => end === Infinity)) return true;
    const place = `${keyOf(state)} ${left.map((one) => history.indexOf(one)).join()}`;
    if (seen.has(place)) return false;
    seen.add(place);
    // An operation that started after another had ended comes after it.
    const firstEnd = Math.min(...left.map(({ end }) => end));
    return left
      .filter(({ start }) => start <= firstEnd)
      .some((one) => {
        const after = one.next(state);
        return after !== null && search(after, without(left, one));
      });
  };
  return search(initial, history);
}

function without<Item>(items: readonly Item[], item: Item): Item[] {
  return items.filter((one) => one !== item);
}
