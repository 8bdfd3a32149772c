/** What acceptance is run on: a stack on AWS with the operator's credentials, or the local service. */
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as v from 'valibot';
import { type Config, parseConfig } from '../../lib/config.ts';
import { type ClientSettings, outputsOnAws } from '../operators/operator-target.ts';
import { clientSettings, loopbackOrigin } from '../support/cloud-access.ts';
import { UserFacingError } from '../support/progress.ts';
import type { LocalStack } from '../support/stack-file.ts';
import { type StackOutputs, StackOutputsSchema } from '../support/stack-outputs.ts';

/** A deployment, and how to reach it. */
export interface Target extends StackOutputs {
  stackName: string;
  /** What the logical ids of its resources in the stack begin with. */
  logicalIdPrefix: string;
  /** The local cloud's endpoint; null on AWS. */
  localEndpoint: string | null;
  /** Settings of SDK clients; empty on AWS, where the SDK's default chain decides. */
  settings: ClientSettings;
  /** The mock identity provider of the local service; null on AWS. */
  identityProvider: LocalStack['identityProvider'] | null;
  /** Settings of the deployed functions. */
  config: Config;
  getMeLogGroupName: string;
}

/** The local service. */
export function localTarget(stack: LocalStack): Promise<Target> {
  const settings = clientSettings(stack.endpointUrl);
  // The other addresses are asked of the loopback interface whatever they say.
  loopbackOrigin(stack.apiUrl);
  const { endpointUrl: localEndpoint, identityProvider } = stack;
  return withFunctionSettings({
    ...stack,
    stackName: 'current-user-local',
    logicalIdPrefix: '',
    localEndpoint,
    settings,
    identityProvider,
  });
}

/** A stack on AWS. @throws UserFacingError for a stack that is not of this service */
export async function stackTarget(name: string): Promise<Target> {
  const { outputs: found, ...place } = await outputsOnAws(name);
  const outputs = v.safeParse(StackOutputsSchema, found);
  if (!outputs.success) throw new UserFacingError(`"${name}" is not a stack of this service.`);
  const where = { ...place, localEndpoint: null, settings: {}, identityProvider: null };
  const apiUrl = outputs.output.apiUrl.replace(/\/$/, '');
  return withFunctionSettings({ ...outputs.output, ...where, apiUrl });
}

async function withFunctionSettings(
  given: Omit<Target, 'config' | 'getMeLogGroupName'>,
): Promise<Target> {
  const lambda = new LambdaClient(given.settings);
  const settingsOf = (FunctionName: string) =>
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const getMe = await settingsOf(given.getMeFunctionName);
  const patchMe = await settingsOf(given.patchMeFunctionName);
  return {
    ...given,
    config: parseConfig(patchMe.Environment?.Variables ?? {}),
    getMeLogGroupName: getMe.LoggingConfig?.LogGroup ?? `/aws/lambda/${given.getMeFunctionName}`,
  };
}
