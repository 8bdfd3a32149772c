/** What a new username means for signing in, by kind of user pool. */

/** The setting `signInNames` of the deployment. */
export type SignInNames = 'aliases' | 'email' | 'username';

/** A sentence about the username. */
export const USERNAME_HINTS: Record<SignInNames, string> = {
  aliases: 'You sign in with it.',
  email: 'You go on signing in with your e-mail address.',
  username: 'The name that you were given goes on signing you in.',
};
