/** That the emulator still lacks what the gate adds, and that the gate adds it. */
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBES } from '../../tools/local/gate/probes.ts';
import { startEmulator } from '../../tools/local/local-cloud.ts';
import { reservePort } from '../../tools/local/ports.ts';
import { ChildProcesses } from '../../tools/support/child-processes.ts';
import { LOCAL_FOLDER, PROJECT_ROOT } from '../../tools/support/cloud-access.ts';
import { createProgress } from '../../tools/support/progress.ts';
import { ensurePythonEnvironment } from '../../tools/support/python-environment.ts';
import { stack } from '../support/deployed-service.ts';

const GATE_FOLDER = join(PROJECT_ROOT, 'tools', 'local', 'gate');

const children = new ChildProcesses(join(LOCAL_FOLDER, 'bare-emulator.log'));
let folder: string;
let endpoint: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bare-emulator-'));
  const progress = createProgress(() => undefined, '.local/bare-emulator.log');
  const python = await ensurePythonEnvironment('requirements', children, progress);
  const port = await reservePort(0);
  endpoint = `http://127.0.0.1:${port}`;
  await startEmulator(children, { python, port, folder }, endpoint);
});
afterAll(async () => {
  await children.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

const ROWS = Object.entries(PROBES).flatMap(([module, probes]) =>
  Object.entries(probes).map(([what, probe]) => [module, what, probe] as const),
);

describe('the bare emulator', () => {
  it.each(ROWS)('makes %s necessary: AWS %s', async (module, _, probe) => {
    const lacking = await probe(endpoint);

    expect(lacking, `the emulator has learnt it: remove ${module}.ts or this part of it`).toBe(
      true,
    );
  });
});

describe('the gate', () => {
  it.each(ROWS)('by %s does as AWS: it %s', async (_module, _what, probe) => {
    expect(await probe(stack.endpointUrl)).toBe(false);
  });

  it('has a probe for each module with a behaviour', () => {
    const modules = globSync('{rest,cognito}-*.ts', { cwd: GATE_FOLDER })
      .filter((file) => /\bBehaviour\b/.test(readFileSync(join(GATE_FOLDER, file), 'utf8')))
      .map((file) => basename(file, '.ts'));

    expect(Object.keys(PROBES).sort()).toEqual(modules.sort());
  });
});
