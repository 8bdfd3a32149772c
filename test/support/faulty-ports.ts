/** Ports whose nth outside call goes wrong in one of the ways a call over a network can. */
import { UnavailableError } from '../../lib/account/errors.ts';
import type { Notices, UserDirectory, UserStore } from '../../lib/self-service/ports.ts';

/** How a call goes wrong. */
export const FAULTS = [
  /** It fails, and did nothing. */
  'fails before',
  /** It is carried out, and its answer is lost. */
  'fails after',
  /** It is given up, and carried out only after its request was answered. */
  'lands late',
  /** The process dies before it: nothing more happens. */
  'crash before',
  /** The process dies after it: nothing more happens. */
  'crash after',
] as const;
export type Fault = (typeof FAULTS)[number];

/** How a call of an operator goes wrong besides: their credentials lack the right, from then on. */
export const DENIED = 'is denied';

/** What AWS says to credentials that lack a right. */
export class AccessDenied extends Error {
  override readonly name = 'AccessDeniedException';
}

/** Thrown where a real process would be gone. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

interface Ports {
  store: UserStore;
  directory: UserDirectory;
  notices?: Notices;
}

/**
 * The same ports, with one call going wrong.
 * @param at which outside call, from 1 in the order they are made
 */
export function withFault(ports: Ports, at: number, fault: Fault | typeof DENIED) {
  let calls = 0;
  let isDead = false;
  let denied: string | null = null;
  const late: (() => Promise<unknown>)[] = [];
  const names: string[] = [];

  const around = async (name: string, call: () => Promise<unknown>) => {
    if (isDead) throw new Crash();
    calls += 1;
    names.push(name);
    if (calls === at && fault === DENIED) denied = name;
    // A right is missing for every call that needs it.
    if (name === denied) throw new AccessDenied(`not authorized to perform: aws:${name}`);
    if (calls !== at) return call();
    if (fault === 'lands late') late.push(call);
    if (fault.endsWith('after')) await call().catch(() => {});
    isDead = fault.startsWith('crash');
    throw isDead ? new Crash() : new UnavailableError(`The call ${name} ${fault}`);
  };
  async function* paged(name: string, source: AsyncIterable<unknown>) {
    const iterator = source[Symbol.asyncIterator]();
    for (;;) {
      const page = (await around(name, () => iterator.next())) as IteratorResult<unknown>;
      if (page.done) return;
      yield page.value;
    }
  }
  const wrapped = <Port extends object>(port: Port, label: string): Port =>
    new Proxy(port, {
      get: (target, property) => {
        const member = Reflect.get(target, property);
        if (typeof member !== 'function') return member;
        const name = `${label}.${String(property)}`;
        // Every page is a call of its own.
        if (property === 'pages') {
          return (...args: unknown[]) => paged(name, member.apply(target, args));
        }
        return (...args: unknown[]) => around(name, () => member.apply(target, args));
      },
    });

  return {
    store: wrapped(ports.store, 'store'),
    directory: wrapped(ports.directory, 'directory'),
    ...(ports.notices && { notices: wrapped(ports.notices, 'notices') }),
    /** Any other port, whose calls are counted with the others. */
    wrapped,
    /** Names of the calls made, in order. */
    names,
    /** Carries out what was given up. */
    async settle() {
      for (const call of late.splice(0)) await call().catch(() => {});
    },
  };
}
