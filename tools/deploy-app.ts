/**
 * The CDK app of `npm run deploy`: the app itself, once an existing user pool and the log role of API
 * Gateway have been checked. So `cdk synth` and `cdk diff`, which run the app alone, call nothing on AWS.
 */
import { cwd } from 'node:process';
import { App } from 'aws-cdk-lib';
import { readStage } from '../infra/settings/stage-settings.ts';
import { readPool } from './operators/check-pool.ts';
import { mayDeploy } from './operators/deploy-check.ts';
import { canWriteLogs, readLogRole } from './operators/log-role-check.ts';

const { config } = readStage(new App({ autoSynth: false }).node.getAllContext(), cwd());
const may =
  (await mayDeploy(config, readPool, console.error)) &&
  (await canWriteLogs(config, readLogRole, console.error));
if (may) await import('../infra/app.ts');
else process.exitCode = 1;
