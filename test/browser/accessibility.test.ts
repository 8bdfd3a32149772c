/** Accessibility of the example app: keyboard, screen reader, small screens, light and dark. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { aPerson, patch, stack } from '../support/deployed-service.ts';
import { APP, aPage, button, field, hasFocus, openMetadata, said, signIn } from './visitor.ts';

const PHONE = { width: 320, height: 740 };

/** Every view of the app, and how to open it. */
const VIEWS: [name: string, open: (page: Page) => Promise<unknown>][] = [
  ['sign-in page', (page) => page.goto(APP).then(() => page.getByRole('button').first().waitFor())],
  ['account', openAccount],
  [
    'field errors',
    async (page) => {
      await openAccount(page);
      await field(page, 'Picture address').fill('nonsense');
      await openMetadata(page);
      await field(page, 'Metadata').fill('{');
      await button(page, 'Save changes').click();
      await said(page, /Enter an address that starts with https/);
    },
  ],
  [
    'conflict',
    async (page) => {
      const { token } = await openAccount(page);
      await patch(token, { name: 'Changed elsewhere' });
      await field(page, 'Name').fill('Changed');
      await button(page, 'Save changes').click();
      await button(page, 'Take the other name').waitFor();
    },
  ],
  ['username dialog', (page) => openDialog(page, 'Change username')],
  ['password dialog', (page) => openDialog(page, 'Change password')],
  [
    'code dialog',
    async (page) => {
      await openDialog(page, 'Change e-mail address');
      await field(page, 'New e-mail address').fill(`new-${Date.now()}@users.example`);
      await button(page, 'Save').click();
      await said(page, /^Enter the code that was mailed/);
    },
  ],
  [
    'nothing to edit',
    async (page) => {
      await signIn(page, stack.people.find(({ username }) => username === 'internal') ?? NOBODY);
      await said(page, /edited by operators only/);
    },
  ],
  [
    'failure',
    async (page) => {
      await signIn(page, stack.people.find(({ username }) => username === 'inactive') ?? NOBODY);
      await said(page, /This account is not active/);
    },
  ],
];
const NOBODY = { username: '', password: null };

async function openAccount(page: Page) {
  const marks = { is_superuser: true, password_expired: true };
  const person = await aPerson({ name: 'Ada Lovelace', job_title: 'Countess', ...marks });
  await signIn(page, person);
  await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
  return person;
}

async function openDialog(page: Page, name: string) {
  await openAccount(page);
  await button(page, name).click();
  await page.getByRole('dialog').waitFor();
}

describe.each(VIEWS)('the view "%s"', (_name, open) => {
  it('passes axe in light and dark, and fits a phone screen', async () => {
    const page = await aPage({ viewport: PHONE });
    await open(page);
    await page.evaluate(axe.source);

    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations }: axe.AxeResults = await page.evaluate('axe.run()');
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
      expect(found, colorScheme).toEqual([]);
    }
    const widths = '[document.documentElement.scrollWidth, innerWidth]';
    const [content, window]: [number, number] = await page.evaluate(widths);
    expect(content).toBeLessThanOrEqual(window);
  });
});

it('can be used with the keyboard alone', async () => {
  const page = await aPage();
  await signIn(page, await aPerson({ is_onboarded: true }));
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  await expect.poll(() => hasFocus(page.getByRole('heading', { level: 1 }))).toBe(true);
  await press('Tab');
  await page.keyboard.type('Ada');
  await press('Enter');
  await said(page, 'Your profile is saved.');
  await button(page, 'Change username').focus();
  await press('Enter');
  await expect.poll(() => hasFocus(field(page, 'New username'))).toBe(true);
  await press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await expect.poll(() => hasFocus(button(page, 'Change username'))).toBe(true);
});
