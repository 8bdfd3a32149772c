/**
 * A global sign-out of a disabled user, which the documentation leaves open: refused, or not, as
 * aws-observations.json says. The emulator signs such a user out.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html
 */
import type { Observations } from './aws-observations.ts';
import { onCognitoCall, refused, textOf } from './cognito-api.ts';
import { findUser } from './cognito-users.ts';
import type { Behaviour } from './gate.ts';

/** Refuses the sign-out of a disabled user. */
export function createDisabledUserChecks(observations: Observations): Behaviour {
  return onCognitoCall(async ({ operation, input, request, forward }) => {
    if (
      operation === 'AdminUserGlobalSignOut' &&
      observations.answers.sign_out_of_disabled_user === 'refused'
    ) {
      const user = await findUser(forward, textOf(input, 'UserPoolId'), textOf(input, 'Username'));
      if (user && !user.enabled) return refused('NotAuthorizedException', 'User is disabled.');
    }
    return forward(request);
  });
}
