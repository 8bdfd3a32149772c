/** Which stack on AWS a tool works on: given by its name, or by its stage. */
import { PROJECT_ROOT } from './cloud-access.ts';
import { UserFacingError } from './progress.ts';

/** Words of the command line. */
export interface StackOptions {
  stack?: string | undefined;
  stage?: string | undefined;
}

/**
 * The name of the stack; undefined for none. Of a stage, the region of its settings becomes that of
 * this process, whatever region the shell is set to.
 * @throws UserFacingError for both words, and for a stage whose settings are wrong
 */
export async function chosenStack(
  { stack, stage }: StackOptions,
  root = PROJECT_ROOT,
  env: Record<string, string | undefined> = process.env,
): Promise<string | undefined> {
  if (stage === undefined) return stack;
  if (stack !== undefined) throw new UserFacingError('Say either --stack or --stage, not both.');
  // Loads the CDK, which takes a moment: only where a stage is named.
  const { readStage } = await import('../../infra/settings/stage-settings.ts');
  const { config, problems } = readStage({ stage }, root);
  if (config === null) {
    throw new UserFacingError([...problems, 'Or say --stack and the name of the stack.'].join(' '));
  }
  if (config.region !== null) env['AWS_REGION'] = config.region;
  return `current-user-${config.stage}`;
}
