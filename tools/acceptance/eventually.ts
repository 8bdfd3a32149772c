/** Waits for the next second and for what arrives late, and says what only AWS has. */
import type { AcceptanceContext } from './context.ts';
import { notTried } from './expectation.ts';
import type { AcceptancePromise, Seen } from './runner.ts';

/** Sign-in times have a resolution of one second: what follows comes after what was. */
export function nextSecond(context: Pick<AcceptanceContext, 'pause'>): Promise<unknown> {
  return context.pause(1100);
}

/** What `look` finds, asked for again while that is nothing. */
export async function eventually<Found>(
  context: Pick<AcceptanceContext, 'pause'>,
  attempts: number,
  look: () => Promise<Found[]>,
): Promise<Found[]> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await look();
    if (found.length > 0 || attempt === attempts) return found;
    await context.pause();
  }
}

/** A promise about something that the local cloud does not have. */
export function onAws(
  promise: Omit<AcceptancePromise<never>, 'tried'>,
  reason: string,
  tried: (context: AcceptanceContext) => Promise<Seen>,
): AcceptancePromise<AcceptanceContext> {
  return {
    ...promise,
    tried: async (context) => (context.isLocal ? notTried(reason) : tried(context)),
  };
}
