/** Global set-up of the security tests: the deployed service, DynamoDB Local, a folder for figures. */
import type { TestProject } from 'vitest/node';
import { beginRun, endRun } from '../../tools/checks/figures-file.ts';
import { startDynamoDbLocal } from './dynamodb-local.ts';
import { form, recordFigures } from './figures.ts';
import { setUpService } from './service-setup.ts';

export default async function setUp(project: TestProject) {
  await beginRun(form);
  const database = await startDynamoDbLocal();
  project.provide('dynamoDbUrl', database?.url ?? null);
  const stop = async () => database?.stop();
  const tearDown = await setUpService(project, async (found) => {
    const { secrets, lines, problems, megabytes, findings } = found;
    await recordFigures('secrets', {
      ...secrets,
      'lines of log': lines,
      problems,
      'MB searched': megabytes,
      found: findings.length,
    });
    const { state } = project.vitest;
    const failed = state.getCountOfFailedTests() + state.getFailedFilepaths().length;
    await endRun(failed + findings.length);
  }).catch(async (error) => {
    await stop();
    throw error;
  });
  return async () => {
    try {
      await tearDown();
    } finally {
      await stop();
    }
  };
}
