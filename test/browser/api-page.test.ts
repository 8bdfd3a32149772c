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

  it('shows the authorization and token endpoints', async () => {
    const page = await aPage();
    await page.goto(`${stack.docsUrl}/#/account/patchme`);

    await page.getByText('View security details').last().click();

    await page.getByText(stack.authorizeUrl).first().waitFor();
    await page.getByText(stack.tokenUrl).first().waitFor();
    await page.getByText('clientCredentials').first().waitFor();
  });
});
