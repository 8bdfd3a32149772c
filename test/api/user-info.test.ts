/** GET as the UserInfo endpoint of another server, which has a bearer token and knows OAuth only. */
import { describe, expect, it } from 'vitest';
import { anSsoPerson, aPerson, aServiceToken, stack } from '../support/deployed-service.ts';

/** What such a server reads from a response. */
interface UserInfo {
  id: string;
  username: string;
  email: string | null;
  name: string | null;
  is_superuser: boolean;
  is_service_account: boolean;
  avatar_url: string | null;
}

/**
 * Sends a request as such servers do: with additional parameters, reading seven fields or, of a
 * problem, the status and the detail.
 */
async function userInfo(token: string): Promise<UserInfo> {
  const parameters = new URLSearchParams({
    hydrate: 'true',
    alt: 'json',
    page: '1',
    sort_by: 'desc:created',
  });
  const answer = await fetch(`${stack.apiUrl}/users/me?${parameters}`, {
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'user-agent': 'a-server/1.0',
    },
  });
  const body = (await answer.json()) as UserInfo & { detail: string };
  if (!answer.ok) throw new Error(`${answer.status}: ${body.detail}`);
  const { id, username, email, name, is_superuser, is_service_account, avatar_url } = body;
  return { id, username, email, name, is_superuser, is_service_account, avatar_url };
}

describe('a server that requests user info', () => {
  it('gets all fields of a user', async () => {
    const avatar_url = 'https://example.com/ada.png';
    const { token, ...person } = await aPerson({ name: 'Ada', avatar_url, is_superuser: true });

    expect(await userInfo(token)).toEqual({
      id: person.subject,
      username: person.username,
      email: person.email,
      name: 'Ada',
      is_superuser: true,
      is_service_account: false,
      avatar_url,
    });
  });

  it('gets all fields of an SSO user', async () => {
    const person = await anSsoPerson();

    expect(await userInfo(person.token)).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      username: person.email,
      email: person.email,
      name: null,
      is_superuser: false,
      is_service_account: false,
      avatar_url: null,
    });
  });

  it('gets all fields of a service account', async () => {
    const [service] = stack.serviceAccounts;

    expect(await userInfo(await aServiceToken())).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      username: service?.username,
      email: null,
      name: null,
      is_superuser: false,
      is_service_account: true,
      avatar_url: null,
    });
  });

  it('gets the reason for a problem from one sentence', async () => {
    const { token } = await aPerson({ is_active: false });

    await expect(userInfo(token)).rejects.toThrow('403: This account is not active.');
    await expect(userInfo('no-token')).rejects.toThrow(/^401: [A-Z].*\.$/);
  });
});
