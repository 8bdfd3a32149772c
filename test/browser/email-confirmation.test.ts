/** Confirmation of a new e-mail address in the example app, with the codes that are really mailed. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { newestCode } from '../../tools/local/outbox.ts';
import { aPerson, ports, stack, unique } from '../support/deployed-service.ts';
import { aPage, button, field, fillHostedSignIn, said, signIn } from './visitor.ts';

async function changeEmail(page: Page): Promise<string> {
  const email = `${unique('moved')}@users.example`;
  await button(page, 'Change e-mail address').click();
  await field(page, 'New e-mail address').fill(email);
  await button(page, 'Save').click();
  await said(page, `Enter the code that was mailed to ${email}.`);
  return email;
}

async function enter(page: Page, code: string): Promise<void> {
  await field(page, 'Code').fill(code);
  await button(page, 'Confirm').click();
}

it('confirms an address with the mailed code, after a wrong one', async () => {
  const person = await aPerson();
  const page = await aPage();
  await signIn(page, person);

  const email = await changeEmail(page);
  const code = await newestCode(stack.endpointUrl, email);
  await enter(page, code === '000000' ? '111111' : '000000');
  await said(page, 'This is not the code that was sent. Check it and try again.');
  await enter(page, ` ${code} `);
  await said(page, 'Your e-mail address is confirmed.');

  const { email: stored, emailVerified } = (await ports.directory.find(person.directoryName)) ?? {};
  expect({ stored, emailVerified }).toEqual({ stored: email, emailVerified: true });
});

it('confirms an address with a new code, which replaces the first', async () => {
  const page = await aPage();
  await signIn(page, await aPerson());
  const email = await changeEmail(page);
  const first = await newestCode(stack.endpointUrl, email);

  await button(page, 'Send a new code').click();
  await said(page, `A new code was mailed to ${email}. The ones before no longer work.`);
  await enter(page, first);
  await said(page, 'This is not the code that was sent. Check it and try again.');
  await enter(page, await newestCode(stack.endpointUrl, email));

  await said(page, 'Your e-mail address is confirmed.');
});

it('asks for a new sign-in where Cognito has ended the one that changed the address', async () => {
  const person = await aPerson();
  const page = await aPage();
  await signIn(page, person);
  const email = await changeEmail(page);
  await ports.directory.signOutEverywhere(person.directoryName);

  await enter(page, await newestCode(stack.endpointUrl, email));
  await said(page, /Sign in again, then confirm the address/);
  await button(page, 'Sign in again').click();
  await fillHostedSignIn(page, person);

  await button(page, 'Not confirmed. Confirm it now').waitFor();
});

it('confirms no address that another account has confirmed since', async () => {
  const rival = await aPerson();
  const page = await aPage();
  await signIn(page, await aPerson());
  const email = await changeEmail(page);
  const names = { email: { address: email, verified: true } };
  await ports.directory.setNames(rival.directoryName, names);

  await enter(page, await newestCode(stack.endpointUrl, email));

  await said(page, 'Another account has confirmed this address.');
});
