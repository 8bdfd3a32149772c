/** Changes what the local cloud's gate does, for one test: answers of AWS, quotas, its clock. */
import { expect } from 'vitest';
import type { Answers } from '../../tools/local/gate/aws-observations.ts';
import { stack } from './deployed-service.ts';

async function post(endpoint: string, body: unknown): Promise<void> {
  const url = `${stack.endpointUrl}/_gate/${endpoint}`;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(204);
}

/** Answers questions about AWS otherwise than it is assumed. */
export const assume = (answers: Partial<Answers>) => post('observations', answers);

/** Limits calls per second by operation; `{}` takes all limits away. */
export const limitCalls = (quotas: Record<string, number>) => post('quotas', quotas);

/** Puts the gate's clock forward: codes, temporary passwords and cookies age, tokens do not. */
export const waitDays = (days: number) => post('clock', { advanceSeconds: days * 86_400 });
