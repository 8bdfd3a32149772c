/**
 * Whether what concurrent operations saw can be told as if each had happened at one moment between its
 * start and its end (Herlihy and Wing's linearizability, searched as Wing and Gong do). Knows no service.
 */

/** One operation of a history. */
export interface Operation<State> {
  start: number;
  /** Infinity where nobody knows when, or whether, it was carried out. */
  end: number;
  /** The state it leaves, or null where what it saw does not fit the state it met. */
  next: (state: State) => State | null;
}

/** True where some order of the operations explains all of them; those without an end may be left out. */
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
    // Whatever started after one of the others had ended came after it.
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
