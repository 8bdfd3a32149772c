/** What a check of everything stored finds, without waiting between its look-ups. */
import type { Inconsistency } from '../../lib/operations/invariants.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { type VerificationOptions, verifyAccounts } from '../../lib/operations/verification.ts';

/** Options of a check that takes no time. */
export const AT_ONCE = {
  lookupsPerSecond: Infinity,
  clientLookupsPerSecond: Infinity,
  intentAgeSeconds: 0,
  onProgress: () => {},
} satisfies VerificationOptions;

/** Every inconsistency, open intents of any age included unless the options say otherwise. */
export function verified(
  ports: OperatorPorts,
  options: Partial<VerificationOptions> = {},
): Promise<Inconsistency[]> {
  return Array.fromAsync(verifyAccounts(ports, { ...AT_ONCE, ...options }));
}
