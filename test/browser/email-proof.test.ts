/** A new e-mail address in the example app where it has to be proven, with codes that are really mailed. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPerson } from '../../lib/operations/account-creation.ts';
import { type LocalService, startLocalService } from '../../tools/local/local-service.ts';
import { newestCode } from '../../tools/local/outbox.ts';
import { newPassword, operatorPorts } from '../../tools/operators/operator-target.ts';
import { clientSettings } from '../../tools/support/cloud-access.ts';
import { unique } from '../support/deployed-service.ts';
import { aPage, button, field, said, signIn } from './visitor.ts';

let service: LocalService;
beforeAll(async () => {
  const settings = { emailChange: 'verified' };
  const pages = { appPort: 0, docsPort: 0 };
  service = await startLocalService({ name: 'email-proof', cloudPort: 0, pages, settings });
});
afterAll(() => service.stop());

/** Somebody who has signed in, and asks for another address. */
async function askForAnother() {
  const { stack } = service;
  const ports = operatorPorts(stack, clientSettings(stack.endpointUrl));
  const [username, password] = [unique('person'), newPassword()];
  const old = `${username}@users.example`;
  const { record } = await createPerson(ports, { username, email: old, isSuperuser: false });
  await ports.directory.setPassword(record.directoryName ?? '', password);
  const page = await aPage();
  await signIn(page, { username, password }, stack.appUrl ?? '');
  const fresh = `${unique('new')}@users.example`;
  await button(page, 'Change e-mail address').click();
  await field(page, 'New e-mail address').fill(fresh);
  await button(page, 'Save').click();
  await said(page, `Enter the code that was mailed to ${fresh}.`);
  const stored = async () => (await ports.store.find(record.subject))?.account.email;
  return { page, old, fresh, stored };
}

async function enterNewestCode(page: Page, address: string): Promise<void> {
  await field(page, 'Code').fill(await newestCode(service.stack.endpointUrl, address));
  await button(page, 'Confirm').click();
}

it('changes the address once its code is entered, also one that was sent again', async () => {
  const { page, fresh, old, stored } = await askForAnother();
  const first = await newestCode(service.stack.endpointUrl, fresh);
  expect(await stored()).toBe(old);

  await button(page, 'Send again').click();
  await said(page, `A new code was mailed to ${fresh}. The ones before no longer work.`);
  expect(await newestCode(service.stack.endpointUrl, fresh)).not.toBe(first);
  await enterNewestCode(page, fresh);

  await said(page, 'Your e-mail address is changed.');
  await page.getByText(fresh, { exact: true }).waitFor();
  expect(await button(page, 'Enter the code').count()).toBe(0);
  expect(await stored()).toBe(fresh);
});

it('says what waits after the dialog was closed and the page loaded again', async () => {
  const { page, fresh, old, stored } = await askForAnother();
  await button(page, 'Cancel').click();
  await page.reload();

  await said(page, `${fresh} becomes your address once you have entered its code.`);
  await page.getByText(old, { exact: true }).waitFor();
  await button(page, 'Enter the code').click();
  await enterNewestCode(page, fresh);

  await said(page, 'Your e-mail address is changed.');
  expect(await stored()).toBe(fresh);
});

it('keeps the old address where that is chosen', async () => {
  const { page, old, stored } = await askForAnother();
  await button(page, 'Cancel').click();

  await button(page, 'Keep my old address').click();

  await said(page, 'You keep your old address.');
  expect(await button(page, 'Enter the code').count()).toBe(0);
  expect(await stored()).toBe(old);
});
