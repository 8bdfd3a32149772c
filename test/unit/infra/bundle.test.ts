import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bundle, bundleOptions } from '../../../infra/api/bundle/bundle.ts';

describe('the bundle of a function', () => {
  it('fails where packages have no module any more that is replaced by its name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const options = bundleOptions('get-me', folder);
    const alias = {
      ...options.alias,
      '@aws-sdk/renamed': options.alias['@aws-sdk/endpoint-cache'],
    };

    await expect(bundle('get-me', { ...options, alias, logLevel: 'silent' })).rejects.toThrow(
      'The packages have no @aws-sdk/renamed any more',
    );
  });
});
