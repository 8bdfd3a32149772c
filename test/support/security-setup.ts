/** Global set-up of the security tests: the deployed service, and a folder for figures. */
import type { TestProject } from 'vitest/node';
import { beginRun, endRun } from '../../tools/checks/figures-file.ts';
import { form, recordFigures } from './figures.ts';
import { setUpService } from './service-setup.ts';

export default async function setUp(project: TestProject) {
  await beginRun(form);
  return setUpService(project, async ({ secrets, lines, problems, megabytes, findings }) => {
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
  });
}
