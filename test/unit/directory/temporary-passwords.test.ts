import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { createCognitoAdmin } from '../../../lib/directory/cognito-admin.ts';
import type { UserDirectory } from '../../../lib/self-service/ports.ts';

const POOL = 'eu-central-1_Ab12Cd34E';

/** The administration of a pool that Cognito describes like this. */
function anAdmin(UserPool: object) {
  const sent: unknown[] = [];
  const client = {
    async send(command: { constructor: { name: string }; input: unknown }) {
      sent.push([command.constructor.name, command.input]);
      return { UserPool };
    },
  };
  const directory = {} as UserDirectory;
  const admin = createCognitoAdmin(
    client as unknown as CognitoIdentityProviderClient,
    POOL,
    directory,
    'aliases',
  );
  return { admin, sent };
}

describe('the validity of temporary passwords', () => {
  it('is that of the pool', async () => {
    const policy = { MinimumLength: 12, TemporaryPasswordValidityDays: 3 };
    const { admin, sent } = anAdmin({ Policies: { PasswordPolicy: policy } });

    expect(await admin.temporaryPasswordDays()).toBe(3);
    expect(sent).toEqual([['DescribeUserPoolCommand', { UserPoolId: POOL }]]);
  });

  it("is Cognito's default where the pool states none", async () => {
    expect(await anAdmin({}).admin.temporaryPasswordDays()).toBe(7);
  });
});
