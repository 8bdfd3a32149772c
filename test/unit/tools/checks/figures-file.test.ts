import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  beginRun,
  endRun,
  type Form,
  figuresTable,
  TOPICS,
  writeFigures,
} from '../../../../tools/checks/figures-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'figures-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const [first, ...others] = TOPICS;
async function aRun(form: Form, topics: readonly (typeof TOPICS)[number][], failures: number) {
  await beginRun(form, folder);
  for (const topic of topics) await writeFigures(topic, { attempted: 3, refused: 3 }, folder);
  await endRun(failures, folder);
}

describe('figuresTable', () => {
  it('has a row for each topic and names the command', async () => {
    await aRun('full', TOPICS, 0);

    const table = await figuresTable(folder);

    expect(table).toMatch(/^`SECURITY_TESTS=full npm run test:security` on \d{4}-\d{2}-\d{2}:/);
    for (const topic of TOPICS) expect(table).toContain(`| ${topic} | attempted: 3; refused: 3 |`);
  });

  it.each([
    ['failed', () => aRun('bounded', TOPICS, 1), /failed/],
    ['left a topic out', () => aRun('bounded', others, 0), new RegExp(`no figures of "${first}"`)],
    ['did not end', () => beginRun('bounded', folder), /did not end/],
    ['was never begun', async () => {}, /There is no run/],
  ])('refuses a run that %s', async (_name, run, reason) => {
    await run();

    await expect(figuresTable(folder)).rejects.toThrow(reason);
  });

  it('shows nothing of an earlier run', async () => {
    await aRun('full', TOPICS, 0);
    await aRun('bounded', [first], 0);

    await expect(figuresTable(folder)).rejects.toThrow('has no figures');
  });
});
