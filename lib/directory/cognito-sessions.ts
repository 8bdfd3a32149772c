/** Sessions of the hosted sign-in: what its cookie stands for, and a global sign-out leaves alone. */
import {
  AdminListUserSessionsCommand,
  AdminRevokeUserSessionCommand,
  type CognitoIdentityProviderClient,
  CognitoIdentityProviderServiceException,
} from '@aws-sdk/client-cognito-identity-provider';
import { isTransient } from '../aws-errors.ts';
import { rethrow } from './cognito-errors.ts';

/**
 * Ends the sessions of the hosted sign-in that the pool knows of, and the tokens got through them. A
 * pool that does not track sessions, or whose plan or region cannot, refuses in ways that are not all
 * documented: no refusal stops the sign-out, which has ended every token by then.
 * @throws UnavailableError
 */
export async function endHostedSessions(
  client: CognitoIdentityProviderClient,
  user: { UserPoolId: string; Username: string },
  options: { abortSignal?: AbortSignal },
): Promise<void> {
  let NextToken: string | undefined;
  do {
    const input = { ...user, ...(NextToken === undefined ? {} : { NextToken }) };
    const page = await unlessRefused(client.send(new AdminListUserSessionsCommand(input), options));
    const sessions = page?.Sessions?.filter(({ SessionType }) => SessionType === 'SSO') ?? [];
    await Promise.all(
      sessions.map(({ SessionId }) => {
        const session = { ...user, SessionId, RevokeAssociatedSessions: 'LINKED' as const };
        return unlessRefused(client.send(new AdminRevokeUserSessionCommand(session), options));
      }),
    );
    NextToken = page?.NextToken;
  } while (NextToken !== undefined);
}

/** What a call returns; null where Cognito refuses it for good. */
async function unlessRefused<Output>(call: Promise<Output>): Promise<Output | null> {
  try {
    return await call;
  } catch (error) {
    const isRefused = error instanceof CognitoIdentityProviderServiceException;
    return isRefused && !isTransient(error) ? null : rethrow(error);
  }
}
