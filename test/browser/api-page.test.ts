import { describe, expect, it } from 'vitest';
import { stack } from '../support/deployed-service.ts';
import { aPage } from './visitor.ts';

describe('the API reference', () => {
  it('shows both operations with their rules, and loads no external resource', async () => {
    const page = await aPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));

    await page.goto(stack.docsUrl ?? '');
    await page.getByText(stack.apiUrl).first().waitFor();
    await page.getByRole('link', { name: '/users/me' }).last().click();

    await page.getByRole('heading', { name: 'Change your account' }).waitFor();
    const text = await page.locator('body').innerText();
    for (const shown of [
      'Changes the sent fields only.',
      'Null: cleared.',
      'with a sign-in that is too old: 401 insufficient_user_authentication',
      'If-Match',
      'users/me.write',
    ]) {
      expect(text).toContain(shown);
    }
    const elsewhere = asked.filter((url) => !url.startsWith(`${stack.docsUrl}/`));
    expect(elsewhere.filter((url) => !url.startsWith('data:'))).toEqual([]);
  });

  it('links to its document, which has samples in three languages', async () => {
    const page = await aPage();
    await page.goto(stack.docsUrl ?? '');

    const link = page.getByRole('link', { name: 'openapi.json' }).first();
    const href = (await link.getAttribute('href')) ?? '';
    // biome-ignore lint/suspicious/noExplicitAny: a document is looked into at many places
    const contract: any = await (await fetch(new URL(href, page.url()))).json();

    expect(contract.servers).toEqual([{ url: stack.apiUrl }]);
    for (const operation of ['get', 'patch']) {
      const samples: { lang: string }[] = contract.paths['/users/me'][operation]['x-codeSamples'];
      expect(samples.map(({ lang }) => lang)).toEqual(['curl', 'TypeScript', 'Python']);
    }
    await page.goto(`${stack.docsUrl}/#/account/patchme`);
    await page.getByText('curl -sS -X PATCH').first().waitFor();
  });

  it('fits a screen of 320 pixels, where the keyboard reaches the menu and the search', async () => {
    const page = await aPage({ viewport: { width: 320, height: 640 } });
    await page.goto(stack.docsUrl ?? '');
    await page.getByRole('button', { name: 'Open navigation menu' }).waitFor();

    const width = await page.evaluate('document.documentElement.scrollWidth');
    await page.keyboard.press('Tab');
    const first = await page.evaluate("document.activeElement.getAttribute('aria-label')");
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Change your account');

    expect({ width, first }).toEqual({ width: 320, first: 'Open navigation menu' });
    expect(await page.getByPlaceholder('Search docs...').inputValue()).toBe('Change your account');
  });

  it('shows the authorization and token endpoints', async () => {
    const page = await aPage();
    await page.goto(`${stack.docsUrl}/#/account/patchme`);

    await page.getByText('View security details').last().click();

    await page.getByText(stack.authorizeUrl).first().waitFor();
    await page.getByText(stack.tokenUrl).first().waitFor();
    await page.getByText('clientCredentials').first().waitFor();
  });
});
