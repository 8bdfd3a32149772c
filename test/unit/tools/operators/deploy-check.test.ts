import { describe, expect, it } from 'vitest';
import { checkSettings } from '../../../../infra/settings/stage-config.ts';
import { OperationError } from '../../../../lib/operations/account-lookup.ts';
import { mayDeploy } from '../../../../tools/operators/deploy-check.ts';
import { aPoolDescription } from '../../../support/pool-descriptions.ts';

const POOL = aPoolDescription('aliases');
const CONTEXT = {
  userPoolId: POOL.id,
  signInUrl: 'https://login.example.com',
  emailChange: 'verified',
  passwordMinLength: 10,
  passwordRequires: ['lowercase', 'digits'],
};

/** Asks about a deployment whose pool is so, or cannot be read. */
async function asked(context: object, found: typeof POOL | Error = POOL) {
  const [read, printed]: [string[], string[]] = [[], []];
  const reader = async (id: string) => {
    read.push(id);
    if (found instanceof Error) throw found;
    return found;
  };
  const may = await mayDeploy(checkSettings({ ...context }).config, reader, (line) =>
    printed.push(line),
  );
  return { may, read, printed: printed.join('\n') };
}

describe('a deployment', () => {
  it('goes on in silence where its pool fits', async () => {
    expect(await asked(CONTEXT)).toEqual({ may: true, read: [POOL.id], printed: '' });
  });

  it('goes on with advice', async () => {
    const { may, printed } = await asked(CONTEXT, { ...POOL, isProtected: false });

    expect(may).toBe(true);
    expect(printed).toMatch(/^The user pool .*\nadvice {2}deletion-protection/);
  });

  it('stops where the pool or the settings do not fit, and says why', async () => {
    const noDomain = await asked(CONTEXT, { ...POOL, domains: [] });
    const otherSettings = await asked({ ...CONTEXT, emailChange: 'immediate' });

    for (const { may, printed } of [noDomain, otherSettings]) {
      expect(may).toBe(false);
      expect(printed).toContain('Nothing was deployed');
    }
    expect(noDomain.printed).toContain('create-user-pool-domain');
    expect(otherSettings.printed).toContain('Set emailChange to verified.');
  });

  it('stops where there is no such pool', async () => {
    const { may, printed } = await asked(CONTEXT, new OperationError('There is no user pool x.'));

    expect({ may, printed }).toEqual({
      may: false,
      printed: 'The user pool was not checked: There is no user pool x.',
    });
  });

  it('goes on where the pool cannot be read, and says so', async () => {
    const { may, printed } = await asked(CONTEXT, new Error('Could not load credentials'));

    expect(may).toBe(true);
    expect(printed).toContain('was not checked: Error: Could not load credentials');
  });

  it.each([
    ['has a pool of its own', {}],
    ['has invalid settings, of which the app speaks', { userPoolId: 'pool' }],
  ])('is not asked about where it %s', async (_what, context) => {
    expect(await asked(context)).toEqual({ may: true, read: [], printed: '' });
  });

  it('is not asked about the providers that it creates', async () => {
    const google = {
      type: 'google',
      clientId: 'user-pool',
      clientSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:google-Ab12Cd',
    };

    expect((await asked({ ...CONTEXT, identityProviders: [google] })).may).toBe(true);
    expect((await asked({ ...CONTEXT, identityProviders: ['Partner', google] })).printed).toContain(
      'The pool has no identity provider Partner.',
    );
  });
});
