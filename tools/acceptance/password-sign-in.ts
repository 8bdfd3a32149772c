/**
 * Sign-in with a password through an app client of the run's own, as apps that use Cognito's API
 * do. Works where the hosted sign-in needs a browser; its tokens carry no scope but Cognito's own.
 */
import {
  AdminInitiateAuthCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as v from 'valibot';
import { SignInRefusedError, type Tokens } from '../local/sign-in.ts';
import type { MadeAccounts } from './made-accounts.ts';

const ClientSchema = v.object({ UserPoolClient: v.object({ ClientId: v.string() }) });
const TokensSchema = v.object({
  AccessToken: v.string(),
  IdToken: v.string(),
  RefreshToken: v.string(),
  ExpiresIn: v.number(),
});
const REFUSALS = ['NotAuthorizedException', 'UserNotFoundException', 'UserNotConfirmedException'];

/** A user's name and password. */
export interface Credentials {
  username: string;
  /** What signs them in, where that is not the username. */
  signInName?: string;
  password: string;
}

/** Makes the client, which is removed with the accounts. @returns its id */
export async function createPasswordClient(
  cognito: CognitoIdentityProviderClient,
  { userPoolId, name, made }: { userPoolId: string; name: string; made: MadeAccounts },
): Promise<string> {
  const command = new CreateUserPoolClientCommand({
    UserPoolId: userPoolId,
    ClientName: name,
    // Only with an operator's credentials: nobody else can sign in through it.
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    // An empty list would allow every attribute.
    WriteAttributes: ['locale'],
    PreventUserExistenceErrors: 'ENABLED',
  });
  const { ClientId } = v.parse(ClientSchema, await cognito.send(command)).UserPoolClient;
  made.addClient(ClientId);
  return ClientId;
}

/** @throws SignInRefusedError when the pool refuses the name or password, or asks for more */
export async function signInByPassword(
  cognito: CognitoIdentityProviderClient,
  { userPoolId, clientId }: { userPoolId: string; clientId: string },
  { username, signInName = username, password }: Credentials,
): Promise<Tokens> {
  const command = new AdminInitiateAuthCommand({
    UserPoolId: userPoolId,
    ClientId: clientId,
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: signInName, PASSWORD: password },
  });
  const response = await cognito.send(command).catch((error: unknown) => {
    const isRefusal = error instanceof Error && REFUSALS.includes(error.name);
    throw isRefusal ? new SignInRefusedError(error.name) : error;
  });
  const { AuthenticationResult, ChallengeName } = response;
  if (ChallengeName !== undefined) throw new SignInRefusedError(ChallengeName);
  const tokens = v.parse(TokensSchema, AuthenticationResult);
  return {
    accessToken: tokens.AccessToken,
    idToken: tokens.IdToken,
    refreshToken: tokens.RefreshToken,
    expiresInSeconds: tokens.ExpiresIn,
  };
}
