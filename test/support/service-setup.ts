/**
 * Global set-up of tests that need a deployed service. The teardown searches everything that was
 * recorded for the secrets that tests used.
 */
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type LocalService, startLocalService } from '../../tools/local/local-service.ts';
import type { LocalStack } from '../../tools/support/stack-file.ts';
import { SecretRegistry } from './secret-registry.ts';
import { type SearchResult, searchForSecrets } from './secret-search.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The deployed service. */
    stack: LocalStack;
    /** State folder of its cloud. */
    cloudFolder: string;
    /** Folder of the secret registry. */
    secretsFolder: string;
  }
}

export default (project: TestProject) => setUpService(project, async () => {});

/** @param onSearched receives the result of the search, before a finding fails the run */
export async function setUpService(
  project: TestProject,
  onSearched: (result: SearchResult) => Promise<void>,
) {
  let service: LocalService | null = null;
  try {
    const { name } = project;
    service = await startLocalService({ name: `test-${name}`, cloudPort: 0, print: console.log });
    const { stack, folder } = service;
    const secretsFolder = join(folder, 'secrets');
    const registry = new SecretRegistry(secretsFolder);
    for (const { password } of stack.people) registry.add('password', password);
    for (const { clientSecret } of stack.serviceAccounts) {
      registry.add('client secret', clientSecret);
    }
    project.provide('stack', stack);
    project.provide('cloudFolder', folder);
    project.provide('secretsFolder', secretsFolder);
    return async () => {
      try {
        const result = await searchForSecrets(registry, stack, folder);
        await onSearched(result);
        refuseFindings(result);
      } finally {
        await service?.stop();
      }
    };
  } catch (error) {
    await service?.stop();
    throw error;
  }
}

function refuseFindings({ secrets, lines, problems, megabytes, findings }: SearchResult): void {
  const counts = Object.entries(secrets).map(([kind, count]) => `${kind} ${count}`);
  const searched = `${lines} lines of log, ${problems} problems, ${megabytes} MB in all`;
  console.log(`Searched for secrets (${counts.join(', ')}): ${searched}.`);
  if (findings.length === 0) return;
  const all = findings.map(({ where, what }) => `${what} in ${where}`);
  throw new Error(`Found secrets in recorded output: ${all.join('; ')}`);
}
