import { describe, expect, it } from 'vitest';
import { deploymentNamed, stackNameOf } from '../../../tools/support/stack-outputs.ts';

const outputsOf = (prefix: string, name: string) => ({
  [`${prefix}DeploymentName`]: name,
  [`${prefix}AuditLogGroupName`]: `logs of ${name}`,
  [`${prefix}ApiUrl`]: `https://${name}`,
});
const ALONE = outputsOf('', 'current-user-dev');
const EMBEDDED = { QueueUrl: 'https://queue', ...outputsOf('Ours', 'accounts/Ours') };
const TWO = { ...EMBEDDED, ...outputsOf('Ours2', 'accounts/Ours2') };

describe('the outputs of a deployment', () => {
  it('are those of its stack', () => {
    expect(deploymentNamed('current-user-dev', ALONE)).toEqual({
      stackName: 'current-user-dev',
      logicalIdPrefix: '',
      outputs: ALONE,
    });
  });

  it.each(['accounts', 'accounts/Ours'])('are found in a stack that embeds it, as %s', (name) => {
    expect(deploymentNamed(name, EMBEDDED)).toEqual({
      stackName: 'accounts',
      logicalIdPrefix: 'Ours',
      outputs: outputsOf('', 'accounts/Ours'),
    });
  });

  it('are those of the named one of several', () => {
    expect(deploymentNamed('accounts/Ours', TWO).outputs).toMatchObject(
      outputsOf('', 'accounts/Ours'),
    );
    expect(deploymentNamed('accounts/Ours2', TWO).outputs).toEqual(outputsOf('', 'accounts/Ours2'));
  });

  it('are those of the stack itself beside one that it embeds', () => {
    const both = { ...outputsOf('', 'accounts'), ...EMBEDDED };

    expect(deploymentNamed('accounts', both).logicalIdPrefix).toBe('');
    expect(deploymentNamed('accounts/Ours', both).logicalIdPrefix).toBe('Ours');
  });

  it.each(['accounts', 'accounts/Theirs'])('are nobody’s as %s: the names are said', (name) => {
    expect(() => deploymentNamed(name, TWO)).toThrow(
      'The stack accounts holds these deployments: say --stack accounts/Ours or --stack accounts/Ours2.',
    );
  });

  it('are missing in any other stack', () => {
    expect(() => deploymentNamed('other', { ApiUrl: 'https://other' })).toThrow(
      '"other" is not a stack of this service.',
    );
  });

  it('of a stack from before it had a name are called after the stack', () => {
    const { DeploymentName: _, ...old } = ALONE;

    expect(deploymentNamed('current-user-dev', old).outputs).toEqual(ALONE);
  });

  it('are read of the stack that the name begins with, or of an ARN', () => {
    const arn = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/accounts/1a2b';

    expect(stackNameOf('accounts/Ours')).toBe('accounts');
    expect(stackNameOf(arn)).toBe(arn);
    expect(deploymentNamed(arn, EMBEDDED).logicalIdPrefix).toBe('Ours');
  });
});
