/**
 * The three calls of Cognito's own API that confirm an e-mail address, made with the person's own
 * token (scope aws.cognito.signin.user.admin).
 */
import * as v from 'valibot';

/** Confirms the e-mail address of whoever is signed in. Each call throws CognitoError. */
export interface CognitoClient {
  /** Whether the address is confirmed; null where Cognito does not say. */
  isEmailConfirmed(): Promise<boolean | null>;
  /** Has Cognito mail a code to the address. */
  sendCode(): Promise<void>;
  confirm(code: string): Promise<void>;
}

/** Cognito refused, or could not be reached; the message is a sentence for the person. */
export class CognitoError extends Error {
  override readonly name = 'CognitoError';
}

const UserSchema = v.object({
  UserAttributes: v.array(v.object({ Name: v.string(), Value: v.optional(v.string()) })),
});
const RefusalSchema = v.object({ __type: v.string() });

/** What people can do about a refusal, by the name of Cognito's exception. */
const SENTENCES: Record<string, string> = {
  CodeMismatchException: 'This is not the code that was sent. Check it and try again.',
  ExpiredCodeException: 'This code has expired. Ask for a new one.',
  LimitExceededException: 'Too many attempts. Wait a while, then try again.',
  AliasExistsException: 'Another account has confirmed this address.',
};
const OTHERWISE = 'The confirmation does not work at the moment. Try again later.';

export function createCognitoClient(
  cognitoUrl: string,
  accessToken: () => Promise<string | null>,
): CognitoClient {
  const call = async (operation: string, parameters: Record<string, string>) => {
    const response = await fetch(cognitoUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      },
      body: JSON.stringify({ AccessToken: await accessToken(), ...parameters }),
    }).catch(() => null);
    const body: unknown = await response?.json().catch(() => null);
    if (response?.ok) return body;
    const refusal = v.safeParse(RefusalSchema, body);
    const kind = refusal.success ? refusal.output.__type.split('#').at(-1) : undefined;
    throw new CognitoError(SENTENCES[kind ?? ''] ?? OTHERWISE);
  };
  return {
    isEmailConfirmed: async () => {
      const answer = v.safeParse(UserSchema, await call('GetUser', {}).catch(() => null));
      if (!answer.success) return null;
      const attributes = answer.output.UserAttributes;
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
