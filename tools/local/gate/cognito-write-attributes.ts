/**
 * What an app client may write with a user's token: the attributes of its list, and never that an
 * address is verified. The emulator lets it write everything.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
import * as v from 'valibot';
import { callCognito, jsonOf, onCognitoCall, refused, textOf } from './cognito-api.ts';
import { claimsOf, poolOfToken } from './cognito-jwt.ts';
import { attributesOf } from './cognito-users.ts';
import type { Behaviour } from './gate.ts';

const ClientSchema = v.object({
  UserPoolClient: v.object({ WriteAttributes: v.optional(v.array(v.string()), []) }),
});

/** Refuses attributes that the client may not write. */
export function createWriteAttributeChecks(): Behaviour {
  return onCognitoCall(async ({ operation, input, request, forward }) => {
    if (operation !== 'UpdateUserAttributes') return forward(request);
    const claims = claimsOf(textOf(input, 'AccessToken'));
    const client = { UserPoolId: poolOfToken(claims), ClientId: textOf(claims, 'client_id') };
    const { body } = await callCognito(forward, 'DescribeUserPoolClient', client);
    const parsed = v.safeParse(ClientSchema, jsonOf(body));
    const writable = parsed.success ? parsed.output.UserPoolClient.WriteAttributes : [];
    // An empty list stands for every attribute.
    const isWritable = (name: string) =>
      !name.endsWith('_verified') && (writable.length === 0 || writable.includes(name));
    return [...attributesOf(input['UserAttributes']).keys()].every(isWritable)
      ? forward(request)
      : refused('NotAuthorizedException', 'A client attempted to write unauthorized attribute');
  });
}
