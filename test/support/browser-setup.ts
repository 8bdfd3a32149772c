/** Global set-up of the browser tests: the service with its web sites, on free ports, if there is a browser. */
import type { TestProject } from 'vitest/node';
import { startLocalService } from '../../tools/local/local-service.ts';
import { browserPath } from './browser-path.ts';

export default async function setUp(project: TestProject) {
  if (browserPath() === null) {
    console.log(
      'The browser tests are skipped: there is no Chromium here (CHROMIUM_PATH names one).',
    );
    return;
  }
  const service = await startLocalService({
    name: 'browser',
    cloudPort: 0,
    pages: { appPort: 0, docsPort: 0 },
    // The minimum, so that a test can wait until a sign-in is too old.
    settings: { recentSignInMinutes: '1' },
    print: console.log,
  });
  project.provide('stack', service.stack);
  return service.stop;
}
