/**
 * That docs/problems.md is complete and true. The problems that an acceptance run meets are compared
 * there (test/api/acceptance.test.ts); here those that no healthy deployment shows are provoked.
 */
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GATEWAY_PROBLEMS } from '../../../../infra/api/gateway-problems.ts';
import { PROBLEM_DETAILS, UnavailableError } from '../../../../lib/account/errors.ts';
import { documentedProblems } from '../../../../tools/acceptance/documented-problems.ts';
import { PROBLEMS_FILE, problemsDocument } from '../../../../tools/openapi/problems-document.ts';
import { aRecord, NOW } from '../../../support/builders.ts';
import { anApi } from '../../http/api-harness.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A request to a service whose table fails so. */
function withFaultyTable(error: Error) {
  const api = anApi(aRecord());
  const find = () => Promise.reject(error);
  api.options.ports = { ...api.options.ports, store: { ...api.store, find } };
  return api.get();
}

const PROVOKED = {
  unavailable: () => withFaultyTable(new UnavailableError('throttled')),
  internal_error: () => withFaultyTable(new Error('a fault')),
  last_superuser: () => anApi(aRecord({ is_superuser: true })).patch({ is_superuser: false }),
  admin_account_not_editable: () => anApi(aRecord({ username: 'admin' })).patch({ name: 'Ada' }),
  client_not_allowed: () => {
    const api = anApi(aRecord());
    api.patchClientIds.push('another');
    return api.patch({ name: 'Ada' });
  },
};

describe('docs/problems.md', () => {
  it('is what npm run openapi writes', async () => {
    expect(await readFile(PROBLEMS_FILE, 'utf8')).toBe(problemsDocument());
  });

  it('has an example of every problem', () => {
    const shown = documentedProblems().map(({ code }) => code);
    const all = [
      ...Object.keys(PROBLEM_DETAILS),
      ...Object.values(GATEWAY_PROBLEMS).map(({ code }) => code),
    ];

    expect(new Set(shown)).toEqual(new Set(all));
  });

  it.each(Object.entries(PROVOKED))('shows %s as the service makes it', async (code, provoke) => {
    const { request_id: _left, ...problem } = (await provoke()).problem();

    expect(problem.code).toBe(code);
    expect(documentedProblems()).toContainEqual(expect.objectContaining(problem));
  });
});
