/** Runs the samples of the page of the API, in each of their languages, against the deployed service. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeSamples } from '../../tools/openapi/openapi-samples.ts';
import { ChildProcesses } from '../../tools/support/child-processes.ts';
import { environmentWithoutAws, LOCAL_FOLDER } from '../../tools/support/cloud-access.ts';
import { createProgress } from '../../tools/support/progress.ts';
import { ensurePythonEnvironment } from '../../tools/support/python-environment.ts';
import { aPerson, get, stack } from '../support/deployed-service.ts';

let python: string;

beforeAll(async () => {
  const children = new ChildProcesses(join(LOCAL_FOLDER, 'samples.log'));
  const progress = createProgress(() => {}, '.local/samples.log');
  python = await ensurePythonEnvironment('requirements-usage', children, progress);
  await children.stop();
});

/** How a program in each language is run. */
const COMMANDS: Record<string, () => [string, ...string[]]> = {
  curl: () => ['bash', '-euc'],
  TypeScript: () => [process.execPath, '--input-type', 'module-typescript', '--eval'],
  Python: () => [python, '-c'],
};

/** Runs the sample of a language with a token. @returns what it printed */
async function runSample(samples: readonly Record<string, unknown>[], lang: string, TOKEN: string) {
  const [program = '', ...args] = COMMANDS[lang]?.() ?? [];
  const source = String(samples.find((sample) => sample['lang'] === lang)?.['source']);
  const env = { ...environmentWithoutAws(), TOKEN };
  const { stdout } = await promisify(execFile)(program, [...args, source], { env });
  return stdout;
}

describe.each(Object.keys(COMMANDS))('the sample in %s', (lang) => {
  const samples = codeSamples(stack.apiUrl);

  it('reads the account', async () => {
    const { token, username } = await aPerson();

    expect(await runSample(samples.get, lang, token)).toContain(username);
  });

  it('changes the account', async () => {
    const { token } = await aPerson();

    expect(await runSample(samples.patch, lang, token)).toContain('Ada Lovelace');

    expect((await get(token)).body.name).toBe('Ada Lovelace');
  });
});
