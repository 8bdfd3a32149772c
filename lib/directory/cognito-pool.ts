/** Describes a user pool, for operators: reads only, and nothing of a person or a secret. */
import {
  type CognitoIdentityProviderClient,
  CognitoIdentityProviderServiceException,
  DescribeIdentityProviderCommand,
  DescribeResourceServerCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  GetUserPoolSessionConfigurationCommand,
  ListIdentityProvidersCommand,
  ListUserPoolClientsCommand,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { errorName, isTransient } from '../aws-errors.ts';
import { RESOURCE_SERVER } from '../contract.ts';
import type { PoolClient, PoolDescription } from '../operations/pool-check.ts';
import { rethrow } from './cognito-errors.ts';
import { protectionOf, signInOf, toPoolClient } from './cognito-pool-settings.ts';

/**
 * Describes the pool of that id; null where there is none.
 * @param turn waits before each look-up of an app client or provider, whose quotas are low and fixed
 * @throws UnavailableError; an error of the client, for example without the permission
 */
export async function describePool(
  client: CognitoIdentityProviderClient,
  id: string,
  turn: () => Promise<void>,
): Promise<PoolDescription | null> {
  const UserPoolId = id;
  const { UserPool: pool } = await orMissing(
    client.send(new DescribeUserPoolCommand({ UserPoolId })),
  );
  if (!pool) return null;

  const [domains, server, tracksSessions] = await Promise.all([
    domainsOf(client, pool),
    orMissing(
      client.send(new DescribeResourceServerCommand({ UserPoolId, Identifier: RESOURCE_SERVER })),
    ),
    tracksSessionsIn(client, id),
  ]);
  const scopes = server.ResourceServer?.Scopes ?? [];
  return {
    id,
    ...signInOf(pool),
    ...protectionOf(pool),
    domains,
    tracksSessions,
    resourceServerScopes: server.ResourceServer
      ? scopes.map(({ ScopeName }) => `${ScopeName}`)
      : null,
    clients: await clientsOf(client, id, turn),
    providers: await providersOf(client, id, turn),
  };
}

async function domainsOf(client: CognitoIdentityProviderClient, pool: UserPoolType) {
  const region = pool.Id?.split('_')[0];
  const domains = [
    { Domain: pool.CustomDomain, origin: `https://${pool.CustomDomain}` },
    { Domain: pool.Domain, origin: `https://${pool.Domain}.auth.${region}.amazoncognito.com` },
  ].filter(({ Domain }) => Domain);
  return Promise.all(
    domains.map(async ({ Domain, origin }) => {
      const command = new DescribeUserPoolDomainCommand({ Domain });
      const { DomainDescription } = await client.send(command).catch(rethrow);
      return { origin, hasManagedLogin: (DomainDescription?.ManagedLoginVersion ?? 1) >= 2 };
    }),
  );
}

/** Null where the plan, the region or the permissions do not let the pool say. */
async function tracksSessionsIn(client: CognitoIdentityProviderClient, UserPoolId: string) {
  try {
    const command = new GetUserPoolSessionConfigurationCommand({ UserPoolId });
    return (await client.send(command)).UserSessionTracking === 'ENABLED';
  } catch (error) {
    const isRefused = error instanceof CognitoIdentityProviderServiceException;
    return isRefused && !isTransient(error) ? null : rethrow(error);
  }
}

async function clientsOf(
  client: CognitoIdentityProviderClient,
  UserPoolId: string,
  turn: () => Promise<void>,
): Promise<PoolClient[]> {
  const listed = await allPages(async (NextToken) => {
    const command = new ListUserPoolClientsCommand({ UserPoolId, MaxResults: 60, NextToken });
    const page = await client.send(command).catch(rethrow);
    return { items: page.UserPoolClients ?? [], next: page.NextToken };
  });
  const found: PoolClient[] = [];
  for (const { ClientId } of listed) {
    await turn();
    const command = new DescribeUserPoolClientCommand({ UserPoolId, ClientId });
    const { UserPoolClient } = await orMissing(client.send(command));
    if (UserPoolClient) found.push(toPoolClient(UserPoolClient));
  }
  return found;
}

async function providersOf(
  client: CognitoIdentityProviderClient,
  UserPoolId: string,
  turn: () => Promise<void>,
) {
  const listed = await allPages(async (NextToken) => {
    const command = new ListIdentityProvidersCommand({ UserPoolId, MaxResults: 60, NextToken });
    const page = await client.send(command).catch(rethrow);
    return { items: page.Providers ?? [], next: page.NextToken };
  });
  const found: { name: string; mappedAttributes: string[] }[] = [];
  for (const { ProviderName = '' } of listed) {
    await turn();
    const command = new DescribeIdentityProviderCommand({ UserPoolId, ProviderName });
    // Its details hold a secret, and go no further than this.
    const { IdentityProvider } = await orMissing(client.send(command));
    const mappedAttributes = Object.keys(IdentityProvider?.AttributeMapping ?? {});
    found.push({ name: ProviderName, mappedAttributes });
  }
  return found;
}

async function allPages<Item>(
  page: (next: string | undefined) => Promise<{ items: Item[]; next: string | undefined }>,
): Promise<Item[]> {
  const all: Item[] = [];
  let next: string | undefined;
  do {
    const { items, next: following } = await page(next);
    all.push(...items);
    next = following;
  } while (next !== undefined);
  return all;
}

/** What a call returns; nothing where it is about something that does not exist. */
async function orMissing<Output extends object>(
  call: Promise<Output>,
): Promise<Output | Record<string, never>> {
  return call.catch((error: unknown) =>
    errorName(error) === 'ResourceNotFoundException' ? {} : rethrow(error),
  );
}
