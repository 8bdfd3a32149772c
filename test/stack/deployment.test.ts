import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { addDeployment } from '../../infra/deployment.ts';
import { parseStageConfig } from '../../infra/settings/stage-config.ts';
import { FLAGS, NO_BUNDLING } from './synthesised.ts';

const CALLBACK = { callbackUrls: 'https://app.example.com/callback' };

/** The only stack of an app with these settings. */
function stackOf(settings: Record<string, string>): Stack {
  const app = new App({ autoSynth: false, context: { ...FLAGS, ...NO_BUNDLING } });
  addDeployment(app, parseStageConfig(settings));
  const [stack, ...others] = app.node.children.filter((child) => Stack.isStack(child));
  if (stack === undefined || others.length > 0) throw new Error('There is not one stack');
  return stack;
}

describe('the stack of a stage', () => {
  it.each([
    ['of production', { stage: 'production', ...CALLBACK }, true],
    ['of another name for real users', { stage: 'eu', ...CALLBACK }, true],
    ['for development', { stage: 'eu', purpose: 'development' }, false],
    ['nobody names', {}, false],
  ])('%s has termination protection as it should', (_what, settings, isProtected) => {
    expect(stackOf(settings).terminationProtection).toBe(isProtected);
  });

  it('has the name of the stage, and the region of the settings', () => {
    const { stackName, region } = stackOf({ stage: 'eu', region: 'eu-west-1', ...CALLBACK });

    expect({ stackName, region }).toEqual({ stackName: 'current-user-eu', region: 'eu-west-1' });
  });
});
