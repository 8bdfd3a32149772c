/** Which pool an app client belongs to: what a request without credentials leaves to its client. */
import * as v from 'valibot';
import { callCognito, jsonOf, refusalOf } from './cognito-api.ts';
import type { Forward } from './gate.ts';

const PoolsSchema = v.object({ UserPools: v.array(v.object({ Id: v.string() })) });

/** Id of the pool of a client; empty for a client that does not exist. */
export type PoolOfClient = (forward: Forward, clientId: string) => Promise<string>;

/** Looks through all pools at the first request of a client. */
export function createClientPools(): PoolOfClient {
  const known = new Map<string, string>();
  return async (forward, clientId) => {
    const poolId = known.get(clientId) ?? (await findPool(forward, clientId));
    if (poolId !== '') known.set(clientId, poolId);
    return poolId;
  };
}

async function findPool(forward: Forward, ClientId: string): Promise<string> {
  const { body } = await callCognito(forward, 'ListUserPools', { MaxResults: 60 });
  const pools = v.safeParse(PoolsSchema, jsonOf(body));
  for (const { Id: UserPoolId } of pools.success ? pools.output.UserPools : []) {
    const client = await callCognito(forward, 'DescribeUserPoolClient', { UserPoolId, ClientId });
    if (refusalOf(client) === null) return UserPoolId;
  }
  return '';
}
