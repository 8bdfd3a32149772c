/** The functions' code as CDK uploads it: made by the stack itself, nothing copied. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { parseStageConfig } from '../../infra/settings/stage-config.ts';
import { UsersStack } from '../../infra/users-stack.ts';
import { ENV } from '../../lib/config.ts';
import { TABLE_NAME, USER_POOL_ID } from './fixture.ts';

const CDK_SETTINGS = join(import.meta.dirname, '..', '..', 'cdk.json');

/** The code of one function. */
export interface DeployedBundle {
  /** The module that Lambda imports. */
  entry: string;
  /** The function's variables, those that AWS would fill in for the table and the pool as well. */
  variables: Record<string, string>;
}

/** Synthesises the stack with all defaults into that folder, and bundles its functions there. */
export function deployedBundles(outdir: string): Record<'GetMe' | 'PatchMe', DeployedBundle> {
  const { context } = JSON.parse(readFileSync(CDK_SETTINGS, 'utf8'));
  const stack = new UsersStack(new App({ outdir, context }), 'Stack', {
    config: parseStageConfig({}),
  });
  const template = Template.fromStack(stack);
  const bundleOf = (construct: string): DeployedBundle => {
    const { Code, Environment } = functionNamed(template, construct);
    const given = Object.entries<unknown>(Environment.Variables);
    const variables = {
      ...Object.fromEntries(given.filter((entry) => typeof entry[1] === 'string')),
      [ENV.usersTableName]: TABLE_NAME,
      [ENV.userPoolId]: USER_POOL_ID,
    };
    return { entry: join(assetFolder(outdir, Code), 'index.mjs'), variables };
  };
  return { GetMe: bundleOf('GetMe'), PatchMe: bundleOf('PatchMe') };
}

/** Properties of the function of that construct. */
export function functionNamed(template: Template, construct: string) {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  const found = functions.find(([id]) => id.startsWith(construct));
  if (!found) throw new Error(`No function of ${construct}`);
  return found[1]['Properties'];
}

/** Where the code of a function is, before it is uploaded. */
export function assetFolder(outdir: string, code: { S3Key: string }): string {
  return join(outdir, `asset.${code.S3Key.replace('.zip', '')}`);
}
