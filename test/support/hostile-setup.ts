/** Set-up of the hostile tests: the deployed service, and a place for the figures of the run. */
import type { TestProject } from 'vitest/node';
import { beginRun, endRun } from '../../tools/figures-file.ts';
import { form } from './figures.ts';
import setUpService from './service-setup.ts';

export default async function setUp(project: TestProject) {
  await beginRun(form);
  const tearDown = await setUpService(project);
  return async () => {
    const { state } = project.vitest;
    await endRun(state.getCountOfFailedTests() + state.getFailedFilepaths().length);
    await tearDown();
  };
}
