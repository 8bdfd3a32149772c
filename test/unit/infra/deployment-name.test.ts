import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deploymentName, domainLabel, logicalIdPrefix } from '../../../infra/deployment-name.ts';

/** A construct at that path of a stack. */
function constructAt(stack: Stack, ...path: string[]): Construct {
  return path.reduce<Construct>((scope, id) => new Construct(scope, id), stack);
}
const aStack = (name: string) => new Stack(new App(), name);

describe('the name of a deployment', () => {
  it('is that of its stack, where the stack is the service alone', () => {
    const service = constructAt(aStack('current-user-dev'), 'Default');

    expect(deploymentName(service)).toBe('current-user-dev');
    expect(logicalIdPrefix(service)).toBe('');
  });

  it('is followed by the path in the stack, where that may hold two', () => {
    const service = constructAt(aStack('our-accounts'), 'Backend', 'Current-User');

    expect(deploymentName(service)).toBe('our-accounts/Backend/Current-User');
    expect(logicalIdPrefix(service)).toBe('BackendCurrentUser');
  });

  it('is known before the deployment, in a nested stack and in a stage too', () => {
    const stage = new Stage(new App(), 'Test');
    const nested = new NestedStack(new Stack(stage, 'our-accounts'), 'Inner');
    const service = constructAt(nested, 'CurrentUser');

    expect(deploymentName(service)).toBe('Test-our-accounts/Inner/CurrentUser');
    expect(logicalIdPrefix(service)).toBe('CurrentUser');
  });

  it('is no other one because it was too long, or had letters that AWS does not take', () => {
    const long = 'a'.repeat(250);
    const paths = [
      [`${long}1`],
      [`${long}2`],
      ['our accounts'],
      ['our:accounts'],
      ['our-accounts'],
    ];
    const names = paths.map((path) => deploymentName(constructAt(aStack('s'), ...path)));

    expect(new Set(names).size).toBe(paths.length);
    for (const name of names) expect(name).toMatch(/^[\w./#-]{1,200}$/);
  });
});

describe('the label of a sign-in domain', () => {
  it('is the name where Cognito takes it', () => {
    expect(domainLabel('current-user-production')).toBe('current-user-production');
  });

  it('fits with the account number into a prefix that Cognito takes, whatever the name', () => {
    const letter = fc.constantFrom(...'aAzZ019-_./# ');
    const word = fc.constantFrom('aws', 'Amazon', 'COGNITO', '-', '/');
    const names = fc
      .array(fc.oneof(letter, word), { maxLength: 80 })
      .map((parts) => `s${parts.join('')}`);
    fc.assert(
      fc.property(names, (name) => {
        const prefix = `${domainLabel(name)}-111122223333`;
        expect(prefix).toMatch(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/);
        expect(prefix).not.toMatch(/aws|amazon|cognito/);
      }),
    );
  });

  it('tells names apart that differ only in what a domain cannot have', () => {
    const names = ['team-accounts', 'Team-Accounts', 'team/accounts', 'team_accounts'];

    expect(new Set(names.map(domainLabel)).size).toBe(names.length);
  });
});
