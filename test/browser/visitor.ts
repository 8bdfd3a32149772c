/** Somebody at a browser of their own, and how they find their way through the example app. */
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, expect, onTestFinished } from 'vitest';
import { browserPath } from '../support/browser-path.ts';
import { stack } from '../support/deployed-service.ts';

/** A sandbox needs rights that test machines do not give; the other switches keep it off the net. */
const SWITCHES = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const browser = await chromium.launch({ executablePath: browserPath() ?? '', args: SWITCHES });
afterAll(() => browser.close());

/**
 * A page in a new browser profile. A test with it fails where the app throws, or breaks the content
 * security policy.
 */
export async function aPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1024, height: 768 }, ...options });
  context.setDefaultTimeout(15_000);
  onTestFinished(() => context.close());
  return anotherTab(await context.newPage());
}

/** Has a page watched as `aPage` says. */
export function anotherTab(page: Page): Page {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) faults.push(message.text());
  });
  onTestFinished(() => expect(faults).toEqual([]));
  return page;
}

/** Opens the app and signs in with a password through the hosted sign-in. */
export async function signIn(
  page: Page,
  person: { username: string; password: string | null },
): Promise<void> {
  await page.goto(stack.appUrl ?? '');
  await page.getByRole('button', { name: 'Sign in with a password' }).click();
  await fillHostedSignIn(page, person);
}

/** Fills in the hosted sign-in, which is open, and waits for the account. */
export async function fillHostedSignIn(
  page: Page,
  { username, password }: { username: string; password: string | null },
): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'About this account' }).waitFor();
}
