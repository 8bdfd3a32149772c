/** Editing the profile in the example app: requests, errors, and two tabs at once. */
import { describe, expect, it } from 'vitest';
import { aPerson, recordOf, rewrite } from '../support/deployed-service.ts';
import {
  APP,
  aPage,
  button,
  descriptionOf,
  field,
  hasFocus,
  openMetadata,
  returnTo,
  said,
  signIn,
} from './visitor.ts';

describe('the profile form', () => {
  it('saves what was changed, with If-Match', async () => {
    const person = await aPerson({ name: 'Ada', company: 'Analytical Engines' });
    const page = await aPage();
    await signIn(page, person);

    await field(page, 'Name').fill('Ada Lovelace');
    await field(page, 'Company').fill('');
    const sent = page.waitForRequest((request) => request.method() === 'PATCH');
    await button(page, 'Save changes').click();
    await said(page, 'Your profile is saved.');

    expect(await (await sent).headerValue('if-match')).toMatch(/^"[0-9a-f-]{36}\.\d+"$/);
    expect((await recordOf(person.subject)).account).toMatchObject({
      name: 'Ada Lovelace',
      company: null,
    });
    await expect
      .poll(() => page.getByRole('heading', { level: 1 }).textContent())
      .toBe('Ada Lovelace');
    await expect.poll(() => button(page, 'Save changes').isDisabled()).toBe(true);
  });

  it('checks what is typed, and marks what the service refuses as long as it stands there', async () => {
    const page = await aPage();
    await signIn(page, await aPerson());
    const [company, picture] = [field(page, 'Company'), field(page, 'Picture address')];

    await company.fill('x'.repeat(51));
    await expect.poll(() => descriptionOf(company)).toContain('Use at most 50 characters.');
    await button(page, 'Save changes').click();
    await expect.poll(() => hasFocus(company)).toBe(true);
    await company.fill('x'.repeat(50));
    await expect.poll(() => company.getAttribute('aria-invalid')).toBe('false');
    await picture.fill('http://pictures.example/ada.png');
    await button(page, 'Save changes').click();
    await expect.poll(() => hasFocus(picture)).toBe(true);
    expect(await descriptionOf(picture)).toContain('Enter an address that starts with https://');
    const read = page.waitForResponse((response) => response.request().method() === 'GET');
    await returnTo(page);
    await read;

    expect(await picture.getAttribute('aria-invalid')).toBe('true');
    await picture.fill('https://pictures.example/ada.png');
    await expect.poll(() => picture.getAttribute('aria-invalid')).toBe('false');
  });

  it('keeps the focus and says beside the button what came of it', async () => {
    const page = await aPage({ viewport: { width: 360, height: 640 } });
    await signIn(page, await aPerson({ name: 'Ada', is_onboarded: true }));

    await field(page, 'Name').fill('Ada Lovelace');
    await button(page, 'Save changes').click();
    await said(page, 'Your profile is saved.');
    const saved = page.getByRole('status').filter({ hasText: 'Your profile is saved.' });
    const { height = 0, y = 0 } = (await saved.boundingBox()) ?? {};
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y + height).toBeLessThanOrEqual(640);
    expect(await hasFocus(button(page, 'Save changes'))).toBe(true);
    await field(page, 'Name').fill('Somebody else');
    await button(page, 'Discard').click();

    await expect.poll(() => field(page, 'Name').inputValue()).toBe('Ada Lovelace');
    expect(await hasFocus(button(page, 'Discard'))).toBe(true);
  });

  it('accepts metadata as JSON, and sends nothing that would lose something', async () => {
    const person = await aPerson();
    const page = await aPage();
    await signIn(page, person);
    const patches: string[] = [];
    page.on('request', (request) => request.method() === 'PATCH' && patches.push(request.url()));

    expect(await field(page, 'Metadata').isVisible()).toBe(false);
    await openMetadata(page);
    await field(page, 'Metadata').fill('{"limit":1e400}');
    await said(page, /would lose digits/);
    await field(page, 'Metadata').fill('{"theme":"dark","theme":"light"}');
    await said(page, /A key stands twice/);
    await field(page, 'Metadata').fill('{"theme": dark}');
    await button(page, 'Save changes').click();
    await said(page, 'This is not valid JSON.');
    await expect.poll(() => hasFocus(field(page, 'Metadata'))).toBe(true);
    expect(patches).toEqual([]);
    await field(page, 'Metadata').fill('{"theme":"dark"}');
    await button(page, 'Save changes').click();
    await said(page, 'Your profile is saved.');

    await expect.poll(() => field(page, 'Metadata').inputValue()).toBe('{\n  "theme": "dark"\n}');
    expect((await recordOf(person.subject)).account.metadata).toBe('{"theme":"dark"}');
  });

  it('remembers that the welcome was dismissed', async () => {
    const person = await aPerson();
    const page = await aPage();
    await signIn(page, person);

    await button(page, 'Got it').click();
    await page.getByText('Welcome!').waitFor({ state: 'detached' });
    expect(await hasFocus(page.locator('body'))).toBe(false);

    expect((await recordOf(person.subject)).account.is_onboarded).toBe(true);
  });
});

describe('two tabs', () => {
  it('save different fields without a question, and ask once about the same one', async () => {
    const person = await aPerson({ name: 'Ada', company: 'Old company' });
    const page = await aPage();
    const other = await page.context().newPage();
    await signIn(page, person);
    await signIn(other, person);

    await field(other, 'Name').fill('Name of the other tab');
    await button(other, 'Save changes').click();
    await said(other, 'Your profile is saved.');
    await field(page, 'Company').fill('New company');
    await button(page, 'Save changes').click();
    await said(page, 'Your profile is saved.');
    await expect.poll(() => field(page, 'Name').inputValue()).toBe('Name of the other tab');
    expect((await recordOf(person.subject)).account).toMatchObject({
      name: 'Name of the other tab',
      company: 'New company',
    });

    await field(other, 'Name').fill('Ada of the other tab');
    await field(other, 'Job title').fill('Title of the other tab');
    await button(other, 'Save changes').click();
    await said(other, 'Your profile is saved.');
    await expect.poll(() => field(other, 'Company').inputValue()).toBe('New company');
    await field(page, 'Name').fill('Ada Lovelace');
    await field(page, 'Company').fill('Newer company');
    await button(page, 'Save changes').click();
    await said(page, 'Changed elsewhere as well: Name. Saving puts your edit in its place.');
    await said(page, 'Name is “Ada of the other tab”.');
    expect(await field(page, 'Name').inputValue()).toBe('Ada Lovelace');
    expect((await recordOf(person.subject)).account.company).toBe('New company');
    await button(page, 'Save changes').click();
    await said(page, 'Your profile is saved.');

    expect(await page.getByText('Changed elsewhere').count()).toBe(0);
    expect((await recordOf(person.subject)).account).toMatchObject({
      name: 'Ada Lovelace',
      company: 'Newer company',
      job_title: 'Title of the other tab',
    });
  });

  it('agree as soon as the other one becomes visible, where the other value can be had', async () => {
    const person = await aPerson({ name: 'Ada', company: 'Old company' });
    const page = await aPage();
    const other = await page.context().newPage();
    await signIn(page, person);
    await signIn(other, person);
    await field(page, 'Company').fill('New company');
    await field(page, 'Job title').fill('Mathematician');
    await field(other, 'Name').fill('Ada Lovelace');
    await field(other, 'Company').fill('Other company');
    await button(other, 'Save changes').click();
    await said(other, 'Your profile is saved.');

    await returnTo(page);
    await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
    await said(page, 'Changed elsewhere as well: Company. Saving puts your edit in its place.');
    await button(page, 'Take the other company').click();

    expect(await field(page, 'Company').inputValue()).toBe('Other company');
    expect(await hasFocus(field(page, 'Company'))).toBe(true);
    expect(await field(page, 'Job title').inputValue()).toBe('Mathematician');
    expect(await page.getByText('Changed elsewhere').count()).toBe(0);
  });
});

describe('the picture', () => {
  it('is shown if it loads, and falls back to initials if not', async () => {
    // Of the app's own origin: there is no other that a test can have.
    const person = await aPerson({ name: 'Ada Lovelace', avatar_url: `${APP}/icon.svg` });
    const page = await aPage();
    await signIn(page, person);
    await page.locator(`img[src="${APP}/icon.svg"]`).waitFor();

    await rewrite(person.subject, {
      account: { ...(await recordOf(person.subject)).account, avatar_url: `${APP}/config.json` },
    });
    await page.reload();

    await page.getByText('AL', { exact: true }).waitFor();
    expect(await page.locator('img').count()).toBe(0);
  });
});
