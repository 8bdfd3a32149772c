/** An act of a history, and what all kinds of acts draw from. */
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import type { Chance } from './scheduler.ts';
import { type Session, STRANGER } from './world.ts';

/** A field of an account that an act sets; `password` is the directory's. */
export interface Setting {
  field: string;
  value: unknown;
  /** True where the act, when it is done, may not have set it yet. */
  isLater?: boolean;
}

/** One request, or one command of an operator. */
export interface Act {
  name: string;
  /** Of the account concerned. */
  subject: string;
  /** When it begins, virtual milliseconds. */
  startMs: number;
  /** `originJti` of its session; `new` signs in first; `latest` is the last; null for operators. */
  session: string | null;
  settings: Setting[];
  /** True where it ends the sessions of the account, but for the one it is made with. */
  endsSessions: boolean;
  deletes: boolean;
  /** True where the account it answers with is what is stored at some moment of it. */
  reads: boolean;
  isGet: boolean;
  run(ports: OperatorPorts, session: Session | null): Promise<unknown>;
}

/** Those items whose bit is set; all where none is. */
export function onlyKinds<Item>(items: Item[], kinds: number): Item[] {
  const kept = items.filter((_item, index) => ((kinds >>> index) & 1) === 1);
  return kept.length > 0 ? kept : items;
}

/** Names that somebody has at first, and may give up. */
const FIRST_NAMES = ['ada', 'bob', 'root'];

/** A name that others may want as well, or that somebody has, in the directory at least. */
export function drawName(chance: Chance, number: number): string {
  if (chance.happens(0.1)) return STRANGER;
  if (chance.happens(0.2)) return chance.pick(FIRST_NAMES);
  return chance.happens(0.5) ? chance.pick(['wanted-1', 'wanted-2']) : `name-${number}`;
}
