/** The files of the functions' code as CDK uploads them: made by the stack itself, nothing copied. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { parseStageConfig } from '../../infra/stage-config.ts';
import { UsersStack } from '../../infra/users-stack.ts';

const CDK_SETTINGS = join(import.meta.dirname, '..', '..', 'cdk.json');

/** Entry modules of the deployed code, by the construct of their function. */
export interface DeployedBundles {
  GetMe: string;
  PatchMe: string;
}

/** Synthesises the stack with all defaults into that folder, and bundles its functions there. */
export function deployedBundles(outdir: string): DeployedBundles {
  const { context } = JSON.parse(readFileSync(CDK_SETTINGS, 'utf8'));
  const stack = new UsersStack(new App({ outdir, context }), 'Stack', {
    config: parseStageConfig({}),
  });
  const functions = Template.fromStack(stack).findResources('AWS::Lambda::Function');
  const entryOf = (construct: string) => {
    const found = Object.entries(functions).find(([id]) => id.startsWith(construct));
    if (!found) throw new Error(`No function of ${construct}`);
    const { S3Key } = found[1]['Properties'].Code;
    return join(outdir, `asset.${S3Key.replace('.zip', '')}`, 'index.mjs');
  };
  return { GetMe: entryOf('GetMe'), PatchMe: entryOf('PatchMe') };
}
