/** Completes the local cloud's hosted sign-in with a temporary password. */
import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Deployment } from '../../tools/local/deployment.ts';
import { stack as started } from './deployed-service.ts';

const deployed: Deployment = started;

interface Given {
  username: string;
  temporaryPassword: string;
  newPassword: string;
}

/**
 * Signs in with a temporary password and sets a new one when prompted.
 * @returns the access token of this sign-in
 */
export async function chooseNewPassword(given: Given, stack = deployed): Promise<string> {
  const { username, temporaryPassword, newPassword } = given;
  const verifier = randomBytes(32).toString('base64url');
  const client = { client_id: stack.spaClientId, redirect_uri: stack.redirectUri };
  const authorizeUrl = new URL(stack.authorizeUrl);
  authorizeUrl.search = new URLSearchParams({
    ...client,
    response_type: 'code',
    scope: 'openid users/me.read users/me.write',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const signInPage = await textOf(await fetch(authorizeUrl));
  const passwordPage = await textOf(
    await submit(signInPage, { username, password: temporaryPassword }),
  );
  const arrival = await submit(passwordPage, {
    new_password: newPassword,
    confirm_password: newPassword,
  });
  const code = new URL(arrival.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const grant = { ...client, grant_type: 'authorization_code', code, code_verifier: verifier };
  const answer = await fetch(stack.tokenUrl, { method: 'POST', body: new URLSearchParams(grant) });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function textOf(page: Response): Promise<string> {
  expect(page.status).toBe(200);
  return page.text();
}

/** Submits the only form of a page with these fields. */
function submit(page: string, fields: Record<string, string>): Promise<Response> {
  const action = /<form[^>]* action="([^"]*)"/.exec(page)?.[1] ?? '';
  const hidden = page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g);
  const given = Object.fromEntries([...hidden].map(([, name, value]) => [name, unescaped(value)]));
  for (const name of Object.keys(fields)) expect(page).toContain(`name="${name}"`);
  return fetch(new URL(action, deployed.endpointUrl), {
    method: 'POST',
    body: new URLSearchParams({ ...given, ...fields }),
    redirect: 'manual',
  });
}

const unescaped = (text = '') => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
