/** Screenshots for the README: `npm run screenshots` writes them to docs/images. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LOCAL_FOLDER } from '../../tools/support/cloud-access.ts';
import { aPerson } from '../support/deployed-service.ts';
import { aPage, button, signIn } from './visitor.ts';

const FOLDER = process.env['SCREENSHOTS_FOLDER'] ?? join(LOCAL_FOLDER, 'screenshots');
const ADA = {
  name: 'Ada Lovelace',
  company: 'Analytical Engines',
  job_title: 'Mathematician',
  metadata: '{"theme":"dark","pinned":["notes","bernoulli"]}',
  is_superuser: true,
  is_onboarded: true,
};

it.each([
  ['wide', 'ada', { viewport: { width: 960, height: 900 }, colorScheme: 'light' as const }],
  [
    'phone',
    'ada.lovelace',
    { viewport: { width: 390, height: 900 }, colorScheme: 'dark' as const },
  ],
])('takes the picture "%s"', async (name, username, options) => {
  const page = await aPage(options);
  const person = await aPerson({ ...ADA, username, email: `${username}@example.com` });
  await signIn(page, person);
  await button(page, 'Change username').waitFor();

  const picture = await page.screenshot({ path: join(FOLDER, `account-${name}.png`) });

  expect(picture.readUInt32BE(16)).toBe(options.viewport.width);
});
