/** Deploys the stack to the local cloud with the CDK CLI and reads its outputs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { ChildProcesses } from '../support/child-processes.ts';
import { ACCOUNT_NUMBER, cloudEnvironment, PROJECT_ROOT, REGION } from '../support/cloud-access.ts';
import { LOCAL_SETTINGS } from '../support/local-settings.ts';
import type { Progress } from '../support/progress.ts';
import { type StackOutputs, StackOutputsSchema } from '../support/stack-outputs.ts';

const STACK_NAME = `current-user-${LOCAL_SETTINGS.stage}` as const;
const QUIET = ['--no-notices', '--no-color'];

const OutputsSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ [STACK_NAME]: StackOutputsSchema }),
);

/** A deployed stack, with the URLs at which the local cloud serves it. */
export interface Deployment extends StackOutputs {
  endpointUrl: string;
}

/** Options of a deployment. */
export interface DeployOptions {
  /** Folder for its files. */
  folder: string;
  /** Name of the identity provider. */
  providerName: string;
  /** Redirect URIs of the sign-in; none for the stack's default. */
  callbackUrls: readonly string[];
  /** Other settings of the stack, as for `-c name=value`. */
  settings: Readonly<Record<string, string>>;
}

/**
 * Bootstraps the cloud and deploys the stack.
 * @throws UserFacingError when a command fails
 */
export async function deploy(
  children: ChildProcesses,
  endpoint: string,
  { folder, providerName, callbackUrls, settings }: DeployOptions,
  progress: Progress,
): Promise<Deployment> {
  const options = { env: cloudEnvironment(endpoint, folder), cwd: PROJECT_ROOT };
  const outputsFile = join(folder, 'outputs.json');
  const context = Object.entries({
    ...settings,
    ...LOCAL_SETTINGS,
    identityProviders: providerName,
    ...(callbackUrls.length > 0 && { callbackUrls: callbackUrls.join(',') }),
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  await progress('Preparing the cloud (cdk bootstrap)', () => {
    const environment = `aws://${ACCOUNT_NUMBER}/${REGION}`;
    // Run in a folder without cdk.json, so that bootstrap does not synthesise the app.
    return children.run('cdk', ['bootstrap', environment, ...QUIET], { ...options, cwd: folder });
  });
  await progress('Deploying the stack (cdk deploy)', () => {
    const paths = ['--output', join(folder, 'cdk.out'), '--outputs-file', outputsFile];
    const approval = ['--require-approval', 'never'];
    return children.run('cdk', ['deploy', ...context, ...approval, ...paths, ...QUIET], options);
  });
  const outputs = v.parse(OutputsSchema, await readFile(outputsFile, 'utf8'))[STACK_NAME];
  return onLocalCloud(outputs, endpoint);
}

/** A stack of the local cloud at that endpoint. */
export function onLocalCloud(outputs: StackOutputs, endpoint: string): Deployment {
  return {
    ...outputs,
    endpointUrl: endpoint,
    apiUrl: localApiUrl(outputs.apiUrl, endpoint),
    authorizeUrl: `${endpoint}/oauth2/authorize`,
    tokenUrl: `${endpoint}/oauth2/token`,
  };
}

/** Maps `https://{api}.execute-api…/{stage}` to the local cloud's URL. */
function localApiUrl(apiUrl: string, endpoint: string): string {
  const { hostname, pathname } = new URL(apiUrl);
  const stage = pathname.replaceAll('/', '');
  return `${endpoint}/_aws/execute-api/${hostname.split('.')[0]}/${stage}`;
}
