import { beforeAll } from 'vitest';
import { refresh, SignInRefusedError, signIn } from '../../tools/local/sign-in.ts';
import { newPassword } from '../../tools/operators/operator-target.ts';
import { service } from '../support/deployed-service.ts';
import { claimsIn } from '../support/direct-invocation.ts';
import { type DirectoryUnderTest, describeDirectory } from '../support/directory-contract.ts';
import { deployedKinds } from '../support/kinds.ts';
import type { ServiceClient } from '../support/service-client.ts';

let kinds: Awaited<ReturnType<typeof deployedKinds>>;
beforeAll(async () => {
  kinds = await deployedKinds();
});

const unlessRefused = (error: unknown) => {
  if (error instanceof SignInRefusedError) return null;
  throw error;
};

function directoryOf({ stack, ports, anSsoPerson }: ServiceClient): DirectoryUnderTest {
  return {
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
  };
}

describeDirectory('of the deployed pool', () => directoryOf(service), 'aliases');
for (const kind of ['email', 'username'] as const) {
  describeDirectory('of a deployed pool', () => directoryOf(kinds[kind]), kind);
}
