/** Drives the example app in a browser. */
import { join } from 'node:path';
import { type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, expect, onTestFailed, onTestFinished } from 'vitest';
import { LOCAL_FOLDER } from '../../tools/support/cloud-access.ts';
import { browserPath } from '../support/browser-path.ts';
import { stack } from '../support/deployed-service.ts';

/** No sandbox, because test machines lack the rights; the other flags keep the browser offline. */
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

/** URL of the app. */
export const APP = stack.appUrl ?? '';

/**
 * Opens a page in a new browser profile. The test fails if the app throws, violates the content
 * security policy or asks for something that is not there; a failed test leaves a screenshot in
 * .local/failed-browser-tests.
 */
export async function aPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1024, height: 768 }, ...options });
  context.setDefaultTimeout(60_000);
  const errors: string[] = [];
  context.on('weberror', (error) => errors.push(error.error().message));
  context.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) errors.push(message.text());
  });
  context.on('response', (response) => {
    if (response.status() === 404) errors.push(`Not found: ${response.url()}`);
  });
  onTestFailed(async ({ task }) => {
    for (const [index, page] of context.pages().entries()) {
      const name = `${task.id}-${index}.png`;
      await page.screenshot({ path: join(LOCAL_FOLDER, 'failed-browser-tests', name) });
    }
  });
  onTestFinished(async () => {
    await context.close();
    expect(errors).toEqual([]);
  });
  return context.newPage();
}

/** Credentials of a user. */
interface Credentials {
  username: string;
  password: string | null;
}

/** Opens the app and signs in with a password through the hosted sign-in. */
export async function signIn(page: Page, person: Credentials, app = APP): Promise<void> {
  await page.goto(app);
  await page.getByRole('button', { name: 'Sign in with a password' }).click();
  await fillHostedSignIn(page, person, app);
}

/** Completes the open hosted sign-in and waits for the app. */
export async function fillHostedSignIn(page: Page, person: Credentials, app = APP): Promise<void> {
  await page.getByLabel('Username').fill(person.username);
  await page.getByLabel('Password').fill(person.password ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${app}/`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

export const button = (page: Page | Locator, name: string) =>
  page.getByRole('button', { name, exact: true });
export const field = (page: Page | Locator, label: string) =>
  page.getByLabel(label, { exact: true });

/** Waits until the page shows the text. */
export const said = (page: Page, sentence: string | RegExp) => page.getByText(sentence).waitFor();

/** Accessible description of a field. */
export async function descriptionOf(input: Locator): Promise<string> {
  const ids = (await input.getAttribute('aria-describedby'))?.split(' ') ?? [];
  const texts = ids.map((id) => input.page().locator(`id=${id}`).textContent());
  return (await Promise.all(texts)).join(' ');
}

/** Opens the part of the profile that holds the metadata. */
export const openMetadata = (page: Page) => page.getByText('For developers').click();

/** Makes the access token look expired to the page. */
export async function expireAccessToken(page: Page): Promise<void> {
  await page.evaluate(`
    for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith('oidc.user:'))) {
      const user = JSON.parse(sessionStorage.getItem(key));
      sessionStorage.setItem(key, JSON.stringify({ ...user, expires_at: 1 }));
    }
  `);
}

/** Makes the page look again, as if its tab had been in the background. */
export const returnTo = (page: Page) =>
  page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');

/** Whether the element has the focus. */
export const hasFocus = (element: Locator) =>
  element.evaluate((node: unknown) => node === Reflect.get(globalThis, 'document').activeElement);
