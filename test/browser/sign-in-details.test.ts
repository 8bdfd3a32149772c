/** Changes of username, e-mail address and password in the example app. */
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { aPerson, unique } from '../support/deployed-service.ts';
import { limitCalls } from '../support/gate-control.ts';
import {
  aPage,
  button,
  descriptionOf,
  field,
  fillHostedSignIn,
  hasFocus,
  said,
  signIn,
} from './visitor.ts';

const SIGNED_OUT = /You were signed out here/;

describe('the username', () => {
  it('can sign in once it is changed', async () => {
    const person = await aPerson();
    const username = unique('renamed');
    const page = await aPage();
    await signIn(page, person);

    await button(page, 'Change username').click();
    await field(page, 'New username').fill(username);
    await button(page, 'Save').click();
    await said(page, 'Your username is changed.');
    await expect.poll(() => hasFocus(button(page, 'Change username'))).toBe(true);
    await button(page, 'Sign out').click();
    await button(page, 'Sign in with a password').click();
    await fillHostedSignIn(page, { ...person, username });

    await page.getByRole('heading', { name: username }).waitFor();
  });

  it('shows an error at its field if it is taken', async () => {
    const { username } = await aPerson();
    const page = await aPage();
    await signIn(page, await aPerson());

    await button(page, 'Change username').click();
    await field(page, 'New username').fill(username.toUpperCase());
    await button(page, 'Save').click();

    await said(page, 'Another account holds this name.');
    await expect.poll(() => hasFocus(field(page, 'New username'))).toBe(true);
  });
});

describe('the password', () => {
  it('signs the other browser out when it is changed, but not this one', async () => {
    const person = await aPerson();
    const password = newPassword();
    const page = await aPage();
    const other = await aPage();
    await signIn(page, person);
    await signIn(other, person);

    await changePassword(page, password);
    await said(page, 'Your password is changed. You are signed out everywhere else.');
    await field(other, 'Name').fill('Too late');
    await button(other, 'Save changes').click();
    await said(other, SIGNED_OUT);
    await field(page, 'Name').fill('Ada');
    await button(page, 'Save changes').click();
    await said(page, 'Your profile is saved.');

    // Sign-ins count from the second after the change.
    await other.waitForTimeout(1_000);
    await button(other, 'Sign in with a password').click();
    await fillHostedSignIn(other, { ...person, password });
    await other.getByRole('heading', { name: 'Ada' }).waitFor();
  });

  it('shows that a browser was signed out as soon as its tab becomes visible', async () => {
    const person = await aPerson();
    const page = await aPage();
    const other = await aPage();
    await signIn(page, person);
    await signIn(other, person);
    await changePassword(page, newPassword());
    await said(page, /Your password is changed/);

    await other.evaluate('document.dispatchEvent(new Event("visibilitychange"))');

    await said(other, SIGNED_OUT);
  });

  it('shows its rules and which are kept, and is sent only if all are and both entries match', async () => {
    const page = await aPage();
    await signIn(page, await aPerson());

    await changePassword(page, 'short');
    await said(page, /Use at least 12 characters\. .*Use a digit\. Use a symbol\./);
    await expect.poll(() => hasFocus(field(page, 'New password'))).toBe(true);
    const kept = () => page.getByRole('listitem').filter({ hasText: 'Done.' }).allTextContents();
    expect(await kept()).toEqual(['✓ Use a lower-case letter. Done.']);
    await fillNewPassword(page, newPassword(), newPassword());
    await said(page, 'The two passwords are not the same.');

    expect(await kept()).toHaveLength(5);
  });
});

describe('the e-mail address', () => {
  it('stays unverified, and shows so, if no code can be sent', async () => {
    const page = await aPage();
    await signIn(page, await aPerson());

    await changeEmail(page, `${unique('moved')}@users.example`);
    await limitCalls({ GetUserAttributeVerificationCode: 0 });
    onTestFinished(() => limitCalls({}));
    await button(page, 'Send a new code').click();
    await said(page, 'The confirmation does not work at the moment. Try again later.');
    await button(page, 'Cancel').click();

    await button(page, 'Not confirmed. Confirm it now').waitFor();
  });
});

describe('a sign-in that is too old', () => {
  it('is renewed for a change, which is then sent without typing it again', async () => {
    const person = await aPerson();
    const username = unique('renamed');
    const page = await aPage();
    const other = await aPage();
    await signIn(page, person);
    await signIn(other, person);
    await button(page, 'Change username').click();
    await field(page, 'New username').fill(username);
    await page.waitForTimeout(61_000);

    await button(page, 'Save').click();
    await said(page, /this change wants a new sign-in/);
    await button(page, 'Sign in again').click();
    await page.waitForURL(/\/oauth2\/authorize\?.*prompt=login&max_age=60/);
    await fillHostedSignIn(page, person);
    await said(page, 'Your username is changed.');

    await page.getByRole('heading', { name: username }).waitFor();
    await renewsForPassword(other, { ...person, username });
  }, 150_000);
});

/** A password is not kept: the user types it after re-authentication. */
async function renewsForPassword(page: Page, person: { username: string; password: string }) {
  await page.reload();
  const change = button(page, 'Change password');
  await expect
    .poll(() => descriptionOf(change))
    .toBe('To change this, you will be asked to sign in again.');
  await change.click();
  await button(page, 'Sign in again').click();
  await fillHostedSignIn(page, person);
  await fillNewPassword(page, newPassword());
  await said(page, /Your password is changed/);
}

async function changePassword(page: Page, password: string, repeated = password) {
  await button(page, 'Change password').click();
  await fillNewPassword(page, password, repeated);
}

async function fillNewPassword(page: Page, password: string, repeated = password) {
  await field(page, 'New password').fill(password);
  await field(page, 'New password again').fill(repeated);
  await button(page, 'Save').click();
}

async function changeEmail(page: Page, email: string) {
  await button(page, 'Change e-mail address').click();
  await field(page, 'New e-mail address').fill(email);
  await button(page, 'Save').click();
}
