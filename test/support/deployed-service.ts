/** The service that the global set-up started, with the helpers of API tests on it. */
import { inject } from 'vitest';
import type { AccountRecord } from '../../lib/account/account-record.ts';
import { signInAsService } from '../../tools/local/sign-in.ts';
import { type Answer, serviceOn, type TestPerson, unique } from './service-client.ts';

export { type Answer, type TestPerson, unique };

/** The service that the global set-up started. */
export const stack = inject('stack');
/** That service with the helpers of tests on it. */
export const service = serviceOn(stack, stack.identityProvider.name);
/** Operators' ports of the service. */
export const { ports, call, get, patch, aStranger, aPerson, anSsoPerson, recordOf } = service;

export const mergePatch = (token: string, body: unknown, headers: Record<string, string> = {}) =>
  patch(token, body, { 'content-type': 'application/merge-patch+json', ...headers });

/** The response once the service is available: under load, 503 with `Retry-After` is a right one. */
export async function untilAvailable(send: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await send();
    if (response.status !== 503 || attempt === 20) return response;
    const seconds = Number(response.headers.get('retry-after')) * (0.5 + Math.random());
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

/** Access token of the demo service account. */
export async function aServiceToken(scopes?: string[]): Promise<string> {
  const [demo] = stack.serviceAccounts;
  if (!demo) throw new Error('There is no demo service account');
  return (await signInAsService(stack, demo, scopes)).accessToken;
}

/** Replaces the stored record, bypassing all rules. */
export async function rewrite(subject: string, changes: Partial<AccountRecord>): Promise<void> {
  const record = await recordOf(subject);
  await ports.store.replace(record, { ...record, ...changes });
}

/** Lets the lease of an open intent run out, as time would. @returns whether there was one */
export async function endLease(subject: string): Promise<boolean> {
  const intent = (await ports.store.find(subject))?.intent ?? null;
  if (intent !== null) await rewrite(subject, { intent: { ...intent, leaseUntil: 0 } });
  return intent !== null;
}
