/**
 * The three Cognito API operations that verify an e-mail address, called with the user's own access
 * token (scope aws.cognito.signin.user.admin).
 */
import * as v from 'valibot';

/** Verifies the e-mail address of the signed-in user. Each call throws CognitoError. */
export interface CognitoClient {
  /** Whether the address is verified; null if Cognito does not respond. */
  isEmailConfirmed(): Promise<boolean | null>;
  /** Makes Cognito mail a verification code to the address. */
  sendCode(): Promise<void>;
  confirm(code: string): Promise<void>;
}

/** Cognito returned an error or could not be reached; the message can be shown to the user. */
export class CognitoError extends Error {
  override readonly name = 'CognitoError';
  /** Only a new sign-in helps. */
  readonly needsSignIn: boolean;

  constructor(message: string, needsSignIn: boolean) {
    super(message);
    this.needsSignIn = needsSignIn;
  }
}

const UserSchema = v.object({
  UserAttributes: v.array(v.object({ Name: v.string(), Value: v.optional(v.string()) })),
});
const ErrorSchema = v.object({ __type: v.string() });

/** Messages for the user, by Cognito's exception name. */
const MESSAGES: Record<string, string> = {
  CodeMismatchException: 'This is not the code that was sent. Check it and try again.',
  ExpiredCodeException: 'This code has expired. Ask for a new one.',
  LimitExceededException: 'Too many attempts. Wait a while, then try again.',
  AliasExistsException: 'Another account has confirmed this address.',
  NotAuthorizedException:
    'Your sessions were ended since you signed in here; a new password does that. Sign in again, then confirm the address.',
};
const DEFAULT_MESSAGE = 'The confirmation does not work at the moment. Try again later.';

export function createCognitoClient(
  cognitoUrl: string,
  accessToken: () => Promise<string | null>,
): CognitoClient {
  const call = async (operation: string, parameters: Record<string, string>) => {
    const token = await accessToken().catch(() => null);
    if (token === null) throw new CognitoError(DEFAULT_MESSAGE, false);
    const response = await fetch(cognitoUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify({ AccessToken: token, ...parameters }),
    }).catch(() => null);
    const body: unknown = await response?.json().catch(() => null);
    if (response?.ok) return body;
    throw toCognitoError(body);
  };
  return {
    isEmailConfirmed: async () => {
      const response = v.safeParse(UserSchema, await call('GetUser', {}).catch(() => null));
      if (!response.success) return null;
      const attributes = response.output.UserAttributes;
      return attributes.some(({ Name, Value }) => Name === 'email_verified' && Value === 'true');
    },
    sendCode: async () => {
      await call('GetUserAttributeVerificationCode', { AttributeName: 'email' });
    },
    confirm: async (code) => {
      await call('VerifyUserAttribute', { AttributeName: 'email', Code: code });
    },
  };
}

/** The error that a response's body describes; null if there is no body. */
export function toCognitoError(body: unknown): CognitoError {
  const failure = v.safeParse(ErrorSchema, body);
  const kind = failure.success ? (failure.output.__type.split('#').at(-1) ?? '') : '';
  return new CognitoError(MESSAGES[kind] ?? DEFAULT_MESSAGE, kind === 'NotAuthorizedException');
}
