/** Editing the profile in the example app: requests, errors, and two tabs at once. */
import { describe, expect, it } from 'vitest';
import { aPerson, recordOf } from '../support/deployed-service.ts';
import { aPage, button, descriptionOf, field, hasFocus, said, signIn } from './visitor.ts';

const PICTURE = 'https://pictures.example/ada.svg';

describe('the profile form', () => {
  it('sends only changed fields, with If-Match', async () => {
    const person = await aPerson({ name: 'Ada', company: 'Analytical Engines' });
    const page = await aPage();
    await signIn(page, person);

    await field(page, 'Name').fill('Ada Lovelace');
    await field(page, 'Company').fill('');
    const sent = page.waitForRequest((request) => request.method() === 'PATCH');
    await button(page, 'Save changes').click();
    await said(page, 'Your profile is saved.');

    const request = await sent;
    expect(request.postDataJSON()).toEqual({ name: 'Ada Lovelace', company: null });
    expect(await request.headerValue('if-match')).toMatch(/^"[0-9a-f-]{36}\.\d+"$/);
    expect((await recordOf(person.subject)).account).toMatchObject({
      name: 'Ada Lovelace',
      company: null,
    });
    await expect
      .poll(() => page.getByRole('heading', { level: 1 }).textContent())
      .toBe('Ada Lovelace');
    await expect.poll(() => button(page, 'Save changes').isDisabled()).toBe(true);
  });

  it('describes each field by its error, and focuses the first one', async () => {
    const page = await aPage();
    await signIn(page, await aPerson());

    await field(page, 'Company').fill('x'.repeat(51));
    await field(page, 'Picture address').fill('http://pictures.example/ada.png');
    await button(page, 'Save changes').click();
    await said(page, 'Send at most 50 characters.');

    await expect
      .poll(() => descriptionOf(field(page, 'Company')))
      .toBe('Send at most 50 characters.');
    await expect
      .poll(() => descriptionOf(field(page, 'Picture address')))
      .toContain('absolute https: address');
    expect(await field(page, 'Name').getAttribute('aria-invalid')).toBe('false');
    await expect.poll(() => hasFocus(field(page, 'Company'))).toBe(true);
  });

  it('accepts metadata as JSON, and sends nothing while it is invalid', async () => {
    const person = await aPerson();
    const page = await aPage();
    await signIn(page, person);

    await field(page, 'Metadata').fill('{"theme": dark}');
    await button(page, 'Save changes').click();
    await said(page, 'This is not valid JSON.');
    await expect.poll(() => hasFocus(field(page, 'Metadata'))).toBe(true);
    await field(page, 'Metadata').fill('{"theme":"dark"}');
    await button(page, 'Save changes').click();
    await said(page, 'Your profile is saved.');

    await expect.poll(() => field(page, 'Metadata').inputValue()).toBe('{\n  "theme": "dark"\n}');
    expect((await recordOf(person.subject)).account.metadata).toBe('{"theme":"dark"}');
  });

  it('discards edits', async () => {
    const page = await aPage();
    await signIn(page, await aPerson({ name: 'Ada' }));

    await field(page, 'Name').fill('Somebody else');
    await button(page, 'Discard').click();

    await expect.poll(() => field(page, 'Name').inputValue()).toBe('Ada');
  });

  it('remembers that the welcome was dismissed', async () => {
    const person = await aPerson();
    const page = await aPage();
    await signIn(page, person);

    await button(page, 'Got it').click();
    await page.getByText('Welcome!').waitFor({ state: 'detached' });

    expect((await recordOf(person.subject)).account.is_onboarded).toBe(true);
  });
});

describe('two tabs', () => {
  it('keep the edits of the slower one, rebased on what the other one saved', async () => {
    const person = await aPerson({ name: 'Ada', company: 'Old company' });
    const page = await aPage();
    const other = await page.context().newPage();
    await signIn(page, person);
    await signIn(other, person);
    await field(other, 'Name').fill('Name of the other tab');
    await field(other, 'Job title').fill('Title of the other tab');
    await button(other, 'Save changes').click();
    await said(other, 'Your profile is saved.');

    await field(page, 'Name').fill('Ada Lovelace');
    await field(page, 'Company').fill('New company');
    await button(page, 'Save changes').click();
    await said(page, /changed elsewhere since you opened it/);
    await button(page, 'Reload and keep my edits').click();
    await said(page, 'Changed elsewhere as well: Name. Saving puts your edit in its place.');

    await expect.poll(() => field(page, 'Name').inputValue()).toBe('Ada Lovelace');
    await expect.poll(() => field(page, 'Job title').inputValue()).toBe('Title of the other tab');
    expect((await recordOf(person.subject)).account.name).toBe('Name of the other tab');
    await button(page, 'Save changes').click();
    await said(page, 'Your profile is saved.');
    expect((await recordOf(person.subject)).account).toMatchObject({
      name: 'Ada Lovelace',
      company: 'New company',
      job_title: 'Title of the other tab',
    });
  });

  it('agree as soon as the other one becomes visible', async () => {
    const person = await aPerson({ name: 'Ada', company: 'Old company' });
    const page = await aPage();
    const other = await page.context().newPage();
    await signIn(page, person);
    await signIn(other, person);
    await field(page, 'Company').fill('New company');
    await field(other, 'Name').fill('Ada Lovelace');
    await button(other, 'Save changes').click();
    await said(other, 'Your profile is saved.');

    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();

    await expect.poll(() => field(page, 'Company').inputValue()).toBe('New company');
  });
});

describe('the picture', () => {
  it('is shown if it loads', async () => {
    const page = await aPage();
    const body = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
    await page.route(PICTURE, (route) => route.fulfill({ body, contentType: 'image/svg+xml' }));

    await signIn(page, await aPerson({ name: 'Ada Lovelace', avatar_url: PICTURE }));

    await page.locator(`img[src="${PICTURE}"]`).waitFor();
  });

  it('falls back to initials if it does not load', async () => {
    const page = await aPage();
    await page.route(PICTURE, (route) => route.abort());

    await signIn(page, await aPerson({ name: 'Ada Lovelace', avatar_url: PICTURE }));

    await page.getByText('AL', { exact: true }).waitFor();
    expect(await page.locator(`img[src="${PICTURE}"]`).count()).toBe(0);
  });
});
