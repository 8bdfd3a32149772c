/** A Cognito client that answers as a test says, and remembers what it was asked. */
import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';

/** What a call returns, or throws. */
export type Answer = object | Error;

/** @param given the answer to every command, or to the command of that name and input */
export function aCognitoClient(given: Answer | ((command: string, input: object) => Answer) = {}) {
  /** Name of each command's class, and its input. */
  const sent: { command: string; input: object }[] = [];
  const signals: unknown[] = [];
  const client = {
    async send(
      { constructor: { name }, input }: { constructor: { name: string }; input: object },
      options: { abortSignal?: AbortSignal } = {},
    ) {
      sent.push({ command: name, input });
      signals.push(options.abortSignal);
      const answer = typeof given === 'function' ? given(name, input) : given;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { client: client as unknown as CognitoIdentityProviderClient, sent, signals };
}
