import { refresh, SignInRefusedError, signIn } from '../../tools/local/sign-in.ts';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { anSsoPerson, ports, stack } from '../support/deployed-service.ts';
import { claimsIn } from '../support/direct-invocation.ts';
import { describeDirectory } from '../support/directory-contract.ts';

const unlessRefused = (error: unknown) => {
  if (error instanceof SignInRefusedError) return null;
  throw error;
};

describeDirectory(
  'of the deployed pool',
  () => ({
    ...ports,
    newPassword,
    async signInThroughProvider(id, email) {
      const { token } = await anSsoPerson(id, email);
      return String(claimsIn(token)['username']);
    },
    async signIn(username, password) {
      const tokens = await signIn(stack, { username, password }).catch(unlessRefused);
      if (tokens === null) return null;
      const { refreshToken } = tokens;
      return {
        goesOn: async () =>
          (await refresh(stack, refreshToken ?? '').catch(unlessRefused)) !== null,
      };
    },
  }),
  ports.signInNames,
);
