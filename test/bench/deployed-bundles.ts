/** The functions' bundles exactly as CDK uploads them, built by the stack itself. */
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readCdkFile } from '../../infra/settings/cdk-file.ts';
import { parseStageConfig } from '../../infra/settings/stage-config.ts';
import { UsersStack } from '../../infra/users-stack.ts';
import { ENV } from '../../lib/config.ts';
import { PROJECT_ROOT } from '../../tools/support/cloud-access.ts';
import { TABLE_NAME, USER_POOL_ID } from './fixture.ts';

/** The code of one function. */
export interface DeployedBundle {
  /** The module that Lambda imports. */
  entry: string;
  /** The function's environment variables, with fixed names for the table and the pool. */
  variables: Record<string, string>;
}

/** Synthesises the stack with default settings into the folder, which bundles the functions. */
export function deployedBundles(outdir: string): Record<'GetMe' | 'PatchMe', DeployedBundle> {
  const { context } = readCdkFile(PROJECT_ROOT);
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

/** Properties of the construct's function. */
export function functionNamed(template: Template, construct: string) {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  const found = functions.find(([id]) => id.startsWith(construct));
  if (!found) throw new Error(`No function of ${construct}`);
  return found[1]['Properties'];
}

/** Folder of a function's code before the upload. */
export function assetFolder(outdir: string, code: { S3Key: string }): string {
  return join(outdir, `asset.${code.S3Key.replace('.zip', '')}`);
}
