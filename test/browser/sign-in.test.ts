/** Signing in to the example app and out of it. */
import { expect, it } from 'vitest';
import { aPerson, stack } from '../support/deployed-service.ts';
import { aPage, signIn } from './visitor.ts';

it('signs in with a password and shows whose account it is', async () => {
  const person = await aPerson({ name: 'Ada Lovelace', is_superuser: true });
  const page = await aPage();

  await signIn(page, person);

  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Ada Lovelace');
  expect(await page.getByRole('listitem').allTextContents()).toEqual(['Superuser']);
  expect(page.url()).toBe(`${stack.appUrl}/`);
});
