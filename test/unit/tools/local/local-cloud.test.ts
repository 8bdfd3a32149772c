import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCloud, untilHealthy } from '../../../../tools/local/local-cloud.ts';
import { reservePort } from '../../../../tools/local/ports.ts';
import { ChildProcesses } from '../../../../tools/support/child-processes.ts';

describe('untilHealthy', () => {
  it('asks until the cloud is healthy', async () => {
    const answers = [false, false, true];

    await untilHealthy(
      () => Promise.resolve(answers.shift() ?? false),
      new AbortController().signal,
    );

    expect(answers).toEqual([]);
  });

  it('does not ask again once the cloud has exited', async () => {
    const exit = new AbortController();
    let questions = 0;
    const isHealthy = () => {
      questions += 1;
      exit.abort(new Error('the cloud exited unexpectedly'));
      return Promise.resolve(false);
    };

    await expect(untilHealthy(isHealthy, exit.signal)).rejects.toThrow('exited unexpectedly');
    expect(questions).toBe(1);
  });
});

describe('startCloud', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-cloud-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('fails when the cloud exits, and frees its port', async () => {
    const children = new ChildProcesses(join(folder, 'cloud.log'));
    const port = await reservePort(0);

    await expect(startCloud(children, { python: 'false', port, folder })).rejects.toThrow(
      'the cloud exited unexpectedly',
    );

    expect(await reservePort(port)).toBe(port);
    await children.stop();
  });
});
