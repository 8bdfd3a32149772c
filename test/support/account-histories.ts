/** Records histories of concurrent reads and updates of one account, and checks that they are linearizable. */

import { isLinearizable, type Operation } from './linearizability.ts';
import { pick } from './random.ts';

/** Profile fields: an update of them is one write, so its response is the account right after it. */
const FIELDS = ['name', 'company', 'job_title'] as const;
type Profile = Partial<Record<(typeof FIELDS)[number], string | null>>;

interface State {
  version: number;
  profile: Profile;
}

interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a parsed response body
  body: any;
}

/** Sends the requests of a history; a rejected promise means that no response arrived. */
export interface Client {
  get(): Promise<Answer>;
  patch(fields: Profile, headers: Record<string, string>): Promise<Answer>;
}

export interface HistoryOptions {
  clients: number;
  requestsOfEach: number;
}

/** Outcome of a history. */
export interface History {
  operations: number;
  /** Requests with an unknown outcome. */
  unanswered: number;
  /** Preconditions that failed. */
  refused: number;
  linearizable: boolean;
}

/** Runs concurrent clients with random reads and updates of one account, and checks their observations. */
export async function runHistory(client: Client, options: HistoryOptions): Promise<History> {
  const initial = stateIn(await client.get());
  const operations: Operation<State>[] = [];
  const counts = { unanswered: 0, refused: 0 };
  let tag = '';
  const note = (start: number, answer: Answer | null, sent: Profile | null, ifMatch: string) => {
    const isAnswered = answer !== null && answer.status < 500;
    if (!isAnswered) counts.unanswered += 1;
    if (answer?.status === 412) counts.refused += 1;
    if (answer?.status === 200) tag = answer.headers.get('etag') ?? '';
    const end = isAnswered ? performance.now() : Infinity;
    operations.push({ start, end, next: (state) => after(state, answer, sent, ifMatch) });
  };
  const act = async () => {
    const start = performance.now();
    const isRead = Math.random() < 0.4;
    const sent = isRead ? null : { [pick(FIELDS)]: pick(['a', 'b', 'c', null]) };
    const ifMatch = isRead || Math.random() < 0.5 ? '' : tag;
    const headers: Record<string, string> = ifMatch === '' ? {} : { 'if-match': ifMatch };
    const work = sent === null ? client.get() : client.patch(sent, headers);
    note(start, await work.catch(() => null), sent, ifMatch);
  };
  const actAgain = async () => {
    for (let request = 0; request < options.requestsOfEach; request += 1) await act();
  };
  await Promise.all(Array.from({ length: options.clients }, actAgain));
  const linearizable = isLinearizable(initial, operations, (state) => JSON.stringify(state));
  return { operations: operations.length, ...counts, linearizable };
}

/** The state after the request; null if its response contradicts the state before. */
function after(
  state: State,
  answer: Answer | null,
  sent: Profile | null,
  ifMatch: string,
): State | null {
  const holds = ifMatch === '' || versionIn(ifMatch) === state.version;
  if (answer?.status === 412) return holds ? null : state;
  const isUnknown = answer === null || answer.status >= 500;
  // A request that nobody answered may also have been refused. One whose change another has made in
  // the very same way may succeed (RFC 9110 section 13.1.1, docs/decisions/0012).
  const isMade =
    versionIn(ifMatch) + 1 === state.version &&
    FIELDS.every((field) => sent?.[field] === undefined || sent[field] === state.profile[field]);
  if (!holds && !(isMade && answer?.status === 200)) return isUnknown ? state : null;
  const changed = { ...state.profile, ...sent };
  const isChange = FIELDS.some((field) => changed[field] !== state.profile[field]);
  const next = isChange ? { version: state.version + 1, profile: changed } : state;
  if (isUnknown) return next;
  if (answer.status !== 200) return null;
  return JSON.stringify(stateIn(answer)) === JSON.stringify(next) ? next : null;
}

function stateIn({ headers, body }: Answer): State {
  const profile = Object.fromEntries(FIELDS.map((field) => [field, body[field]]));
  return { version: versionIn(headers.get('etag') ?? ''), profile };
}

function versionIn(tag: string): number {
  return Number(/\.(\d+)"$/.exec(tag)?.[1]);
}
