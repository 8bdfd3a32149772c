/** Bundles the peers with the defaults of CDK's NodejsFunction. */
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { assetFolder, functionNamed } from './deployed-bundles.ts';

/**
 * Entry modules of the bundles, by peer.
 * @param sources folder of the handler modules
 * @param bundleAwsSDK false is CDK's default, which loads the SDK of the Lambda runtime
 */
export function peerBundles(
  names: readonly string[],
  sources: string,
  outdir: string,
  bundleAwsSDK: boolean,
): Map<string, string> {
  const stack = new Stack(new App({ outdir }), 'Peers');
  for (const name of names) {
    const entry = join(sources, `${name}.js`);
    const runtime = Runtime.NODEJS_24_X;
    new NodejsFunction(stack, name, { entry, runtime, bundling: { bundleAwsSDK } });
  }
  const template = Template.fromStack(stack);
  const fileOf = (name: string) => {
    // Logical ids hold no hyphens.
    const { Code } = functionNamed(template, name.replaceAll('-', ''));
    return join(assetFolder(outdir, Code), 'index.js');
  };
  return new Map(names.map((name) => [name, fileOf(name)]));
}
