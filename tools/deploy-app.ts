/**
 * The CDK app of `npm run deploy`: the app itself, once an existing user pool and the log role of API
 * Gateway have been checked. So `cdk synth` and `cdk diff`, which run the app alone, call nothing on AWS.
 */
import { App } from 'aws-cdk-lib';
import { readPool } from './operators/check-pool.ts';
import { mayDeploy } from './operators/deploy-check.ts';
import { canWriteLogs, readLogRole } from './operators/log-role-check.ts';

const context = new App({ autoSynth: false }).node.getAllContext();
const may =
  (await mayDeploy(context, readPool, console.error)) &&
  (await canWriteLogs(context, readLogRole, console.error));
if (may) await import('../infra/app.ts');
else process.exitCode = 1;
