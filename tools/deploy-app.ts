/**
 * The CDK app of `npm run deploy`: the app itself, once an existing user pool has been checked. So
 * `cdk synth` and `cdk diff`, which run the app alone, call nothing on AWS for it.
 */
import { App } from 'aws-cdk-lib';
import { readPool } from './operators/check-pool.ts';
import { mayDeploy } from './operators/deploy-check.ts';

const context = new App({ autoSynth: false }).node.getAllContext();
if (await mayDeploy(context, readPool, console.error)) await import('../infra/app.ts');
else process.exitCode = 1;
