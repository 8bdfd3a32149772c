/** Checks an existing user pool before a deployment uses it. */
import {
  parseStageConfig,
  SettingsError,
  type StageConfig,
} from '../../infra/settings/stage-config.ts';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import { checkPool, isFit, type PoolDescription } from '../../lib/operations/pool-check.ts';
import { errorMessage } from '../support/progress.ts';
import { findingLines } from './check-pool.ts';

/**
 * Whether a deployment with these settings may go on: not where its user pool is found not to fit.
 * A pool that these credentials cannot read is left to the operator.
 * @param context of the CDK app
 */
export async function mayDeploy(
  context: Readonly<Record<string, unknown>>,
  read: (userPoolId: string) => Promise<PoolDescription>,
  print: (line: string) => void,
): Promise<boolean> {
  const config = configOf(context);
  if (config === null || config.userPoolId === null) return true;
  const { userPoolId } = config;
  try {
    const findings = checkPool(await read(userPoolId), {
      ...config,
      ...poolOf(config, userPoolId),
    });
    const shown = findings.filter(({ verdict }) => verdict !== 'fits');
    if (shown.length > 0) print(`The user pool ${userPoolId}:\n${findingLines(shown)}`);
    if (isFit(findings)) return true;
    print('Nothing was deployed: the user pool does not fit. npx cdk deploy does not check it.');
    return false;
  } catch (error) {
    print(`The user pool was not checked: ${errorMessage(error, OperationError)}`);
    return !(error instanceof OperationError);
  }
}

/** Null for invalid settings, of which the app itself speaks. */
export function configOf(context: Readonly<Record<string, unknown>>): StageConfig | null {
  try {
    return parseStageConfig(context);
  } catch (error) {
    if (error instanceof SettingsError) return null;
    throw error;
  }
}

/** Of providers that the stack creates, the pool knows nothing yet. */
function poolOf({ identityProviders }: StageConfig, userPoolId: string) {
  const names = identityProviders.filter((provider) => typeof provider === 'string');
  return { userPoolId, identityProviders: names };
}
