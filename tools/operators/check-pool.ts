/** `users check-pool`: says whether an existing user pool fits the service, and which settings to write. */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { systemRuntime } from '../../functions/system-runtime.ts';
import { describePool } from '../../lib/directory/cognito-pool.ts';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import {
  checkPool,
  isFit,
  type PoolDescription,
  type PoolFinding,
} from '../../lib/operations/pool-check.ts';
import { settingsFor } from '../../lib/operations/pool-settings.ts';
import type { Description } from './account-description.ts';

/** Below the 5 a second for each pool of the calls that describe a client or a provider. */
const DESCRIPTIONS_PER_SECOND = 4;

/**
 * Describes a pool on AWS, with the operator's own credentials; its id names the region.
 * @throws OperationError where there is no such pool
 */
export async function readPool(id: string): Promise<PoolDescription> {
  const region = /^([a-z0-9-]+)_[0-9a-zA-Z]+$/.exec(id)?.[1];
  if (region === undefined) {
    throw new OperationError('This is not the id of a user pool, such as eu-west-1_Ab12Cd34E.');
  }
  const client = new CognitoIdentityProviderClient({ region });
  const turn = () => systemRuntime.sleep(1000 / DESCRIPTIONS_PER_SECOND);
  const pool = await describePool(client, id, turn);
  if (pool === null) throw new OperationError(`There is no user pool ${id} for these credentials.`);
  return pool;
}

/** What is said of a pool, in both formats, and the settings to write. */
export function describeCheck(pool: PoolDescription): Description & { fits: boolean } {
  const findings = checkPool(pool, null);
  const fits = isFit(findings);
  const settings = settingsFor(pool);
  const written = JSON.stringify(settings, null, 2);
  const text = `${findingLines(findings)}\n\n${summaryOf(findings)} Settings for this pool:\n\n${written}`;
  return { json: { pool: pool.id, fits, findings, settings }, text, fits };
}

/** A line for each finding, and one below it for what to do. */
export function findingLines(findings: readonly PoolFinding[]): string {
  const width = (key: 'verdict' | 'about') =>
    Math.max(...findings.map((finding) => finding[key].length));
  const [verdicts, parts] = [width('verdict'), width('about')];
  return findings
    .flatMap(({ verdict, about, says, fix }) => [
      `${verdict.padEnd(verdicts)}  ${about.padEnd(parts)}  ${says}`,
      ...(fix === undefined ? [] : [`${' '.repeat(verdicts + parts + 4)}→ ${fix}`]),
    ])
    .join('\n');
}

function summaryOf(findings: readonly PoolFinding[]): string {
  const count = (verdict: string) => findings.filter((one) => one.verdict === verdict).length;
  if (count('impossible') > 0) {
    return 'This pool cannot be used: what is impossible can never be changed in it.';
  }
  const left = count('fix');
  return left > 0 ? `This pool does not fit yet: ${left} to fix.` : 'This pool fits.';
}
