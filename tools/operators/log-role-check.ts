/** Checks the role with which all APIs of an account and region write their logs. */
import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';
import type { StageConfig } from '../../infra/settings/stage-config.ts';
import { errorMessage } from '../support/progress.ts';

/** The ARN of that role, with the operator's own credentials; null where there is none. */
export async function readLogRole(region: string | null): Promise<string | null> {
  const client = new APIGatewayClient(region === null ? {} : { region });
  const { cloudwatchRoleArn } = await client.send(new GetAccountCommand());
  return cloudwatchRoleArn ?? null;
}

/**
 * Whether API Gateway could write the logs of a deployment with these settings; without a role it
 * refuses the API when the deployment is half made. Says so too where the deployment would take
 * another's place.
 * @param config null for invalid settings, of which the app itself speaks
 */
export async function canWriteLogs(
  config: StageConfig | null,
  read: (region: string | null) => Promise<string | null>,
  print: (line: string) => void,
): Promise<boolean> {
  if (config === null || config.purpose === 'local') return true;
  const makesRole = config.accessLogRole === 'create';
  try {
    const role = await read(config.region);
    if (role !== null && makesRole) {
      print(
        `API Gateway writes its logs with ${role}. Set accessLogRole to existing unless this stack has made that role: create puts another in its place, for all APIs here.`,
      );
    }
    if (role !== null || makesRole) return true;
    print(
      'Nothing was deployed: API Gateway has no role here with which it could write logs. Add -c accessLogRole=create to this one deployment, and leave it out later.',
    );
    return false;
  } catch (error) {
    print(`The log role of API Gateway was not checked: ${errorMessage(error)}`);
    return true;
  }
}
