import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chosenStack } from '../../../tools/support/chosen-stack.ts';
import { UserFacingError } from '../../../tools/support/progress.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stack-'));
  mkdirSync(join(root, 'settings'));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (stage: string, settings: object) =>
  writeFileSync(join(root, 'settings', `${stage}.json`), JSON.stringify(settings));
const chosen = async (options: Parameters<typeof chosenStack>[0]) => {
  const env = { AWS_REGION: 'us-east-1' };
  return { stack: await chosenStack(options, root, env), region: env.AWS_REGION };
};

describe('the stack that a tool works on', () => {
  it('is that of a stage, in the region of its settings', async () => {
    write('staging', { callbackUrls: ['https://app.example.com/cb'], region: 'eu-west-1' });

    expect(await chosen({ stage: 'staging' })).toEqual({
      stack: 'current-user-staging',
      region: 'eu-west-1',
    });
  });

  it('is in the region of the shell where the settings name none, or the stack is named', async () => {
    expect(await chosen({ stage: 'dev' })).toEqual({
      stack: 'current-user-dev',
      region: 'us-east-1',
    });
    expect(await chosen({ stack: 'accounts' })).toEqual({ stack: 'accounts', region: 'us-east-1' });
    expect(await chosen({})).toEqual({ stack: undefined, region: 'us-east-1' });
  });

  it.each([
    ['a stage without settings', { stage: 'prodution' }, 'no file settings/prodution.json'],
    ['both words', { stack: 'accounts', stage: 'dev' }, 'not both'],
  ])('is refused for %s', async (_what, options, words) => {
    await expect(chosen(options)).rejects.toThrow(UserFacingError);
    await expect(chosen(options)).rejects.toThrow(words);
  });
});
