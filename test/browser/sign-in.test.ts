/** Sign-in and sign-out of the example app, and its view of each kind of account. */
import { expect, it, onTestFinished } from 'vitest';
import { aPerson, aStranger, ports, stack } from '../support/deployed-service.ts';
import { limitCalls } from '../support/gate-control.ts';
import {
  APP,
  aPage,
  button,
  descriptionOf,
  expireAccessToken,
  field,
  fillHostedSignIn,
  said,
  signIn,
} from './visitor.ts';

it('signs in with a password and shows the account', async () => {
  const person = await aPerson({
    name: 'Ada Lovelace',
    is_superuser: true,
    password_expired: true,
  });
  const page = await aPage();

  await signIn(page, person);

  await expect
    .poll(() => page.getByRole('heading', { level: 1 }).textContent())
    .toBe('Ada Lovelace');
  await expect
    .poll(() => page.getByRole('listitem').allTextContents())
    .toEqual(['Superuser', 'Password expired']);
  await expect.poll(() => page.url()).toBe(`${APP}/`);
});

it('keeps the tokens in the tab: a reload stays signed in, another tab is not', async () => {
  const page = await aPage();
  await signIn(page, await aPerson({ name: 'Ada Lovelace' }));

  await page.reload();
  await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
  const other = await page.context().newPage();
  await other.goto(APP);

  await other.getByRole('heading', { name: 'Sign in to your account' }).waitFor();
});

it('signs in a user without a record', async () => {
  const person = await aStranger();
  const page = await aPage();

  await signIn(page, person);

  await page.getByRole('heading', { name: person.username }).waitFor();
});

it('signs in through the identity provider and shows which fields it manages', async () => {
  const page = await aPage();

  await page.goto(APP);
  await button(page, `Sign in with ${stack.identityProvider.name}`).click();
  await page.getByRole('heading', { name: stack.identityProvider.identity.name }).waitFor();

  await expect
    .poll(() => page.getByRole('listitem').allTextContents())
    .toEqual(['SSO: PartnerSSO']);
  for (const name of ['Change username', 'Change e-mail address', 'Change password']) {
    const change = button(page, name);
    await expect.poll(() => change.isDisabled()).toBe(true);
    await expect
      .poll(() => descriptionOf(change))
      .toBe('Kept by your identity provider. Change it there.');
  }
  expect(await page.getByText('Kept by your identity provider').count()).toBe(1);
  await expect.poll(() => field(page, 'Name').isEditable()).toBe(true);
});

it.each([
  ['admin', 'The reserved admin account is edited by operators only.'],
  ['internal', 'Internal accounts are edited by operators only.'],
])('shows the %s account to its owner, with nothing to edit', async (username, sentence) => {
  const page = await aPage();

  await signIn(page, personCalled(username));

  await said(page, sentence);
  await expect.poll(() => field(page, 'Name').isEditable()).toBe(false);
  await expect.poll(() => page.getByRole('button').allTextContents()).toEqual(['Sign out']);
});

it('explains why an inactive account is not shown', async () => {
  const page = await aPage();

  await signIn(page, personCalled('inactive'));

  await said(page, /This account is not active/);
  expect(await button(page, 'Try again').count()).toBe(0);
  await button(page, 'Sign out').click();
  await page.getByRole('heading', { name: 'Sign in to your account' }).waitFor();
});

it('shows that the service cannot be reached, and retries', async () => {
  const page = await aPage();
  await page.route(`${stack.apiUrl}/**`, (route) => route.abort());

  await signIn(page, await aPerson({ name: 'Ada Lovelace' }));
  await said(page, /The service could not be reached/);
  await page.unrouteAll();
  await button(page, 'Try again').click();

  await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
});

it('keeps the sign-in and what was typed while tokens cannot be refreshed', async () => {
  const page = await aPage();
  await signIn(page, await aPerson());
  await expireAccessToken(page);
  await limitCalls({ '/oauth2/token': 0 });
  onTestFinished(() => limitCalls({}));

  await field(page, 'Name').fill('Ada');
  await button(page, 'Save changes').click();
  await said(page, /The service could not be reached/);
  await limitCalls({});
  await button(page, 'Save changes').click();

  await said(page, 'Your profile is saved.');
});

it('ends the sign-in when its refresh token is refused, and gives the edits back after a new one', async () => {
  const person = await aPerson();
  const page = await aPage();
  await signIn(page, person);
  await ports.directory.signOutEverywhere(person.directoryName);
  await expireAccessToken(page);

  await field(page, 'Name').fill('Ada');
  await button(page, 'Save changes').click();
  await said(page, 'Your sign-in has run out.');
  await button(page, 'Sign in with a password').click();
  await fillHostedSignIn(page, person);
  await said(page, 'What you had typed is here again. It is not saved yet.');

  await expect.poll(() => field(page, 'Name').inputValue()).toBe('Ada');
});

it('renews the tokens once for two copies of a tab', async () => {
  const page = await aPage();
  await signIn(page, await aPerson({ name: 'Ada Lovelace' }));
  const opened = page.context().waitForEvent('page');
  await page.evaluate('void open("/")');
  const copy = await opened;
  await copy.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
  const renewals: string[] = [];
  page.context().on('request', (request) => {
    if (request.url() === stack.tokenUrl) renewals.push(request.postData() ?? '');
  });
  const tabs = [page, copy];

  await Promise.all(tabs.map(expireAccessToken));
  await Promise.all(
    tabs.map(async (tab, index) => {
      await field(tab, index === 0 ? 'Company' : 'Job title').fill(`Of tab ${index}`);
      await button(tab, 'Save changes').click();
      await said(tab, 'Your profile is saved.');
    }),
  );

  expect(renewals).toHaveLength(1);
});

it('signs out, and stays signed out', async () => {
  const page = await aPage();
  await signIn(page, await aPerson());

  await button(page, 'Sign out').click();
  await page.getByRole('heading', { name: 'Sign in to your account' }).waitFor();
  await page.reload();

  await page.getByRole('heading', { name: 'Sign in to your account' }).waitFor();
});

it('shows that a sign-in failed', async () => {
  const page = await aPage();

  await page.goto(`${APP}/callback?error=access_denied&state=unknown`);

  await said(page, 'The sign-in was not finished. Try again.');
  await expect.poll(() => page.url()).toBe(`${APP}/`);
});

it('shows the account to whoever is signed in and reaches the callback twice, late or by a foreign link', async () => {
  const page = await aPage();
  const person = await aPerson({ name: 'Ada Lovelace' });
  await signIn(page, person);
  await page.goBack();
  await fillHostedSignIn(page, person);
  await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();

  for (const query of ['error=access_denied&state=unknown', 'code=old&state=foreign']) {
    await page.goto(`${APP}/callback?${query}`);

    await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
    await expect.poll(() => page.url()).toBe(`${APP}/`);
  }
});

function personCalled(username: string) {
  const person = stack.people.find((known) => known.username === username);
  if (!person) throw new Error(`There is no demo account ${username}`);
  return person;
}
