/** Python virtual environments of the project: installed once, pinned by hash. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ChildProcesses } from './child-processes.ts';
import { environmentWithoutAws, LOCAL_FOLDER, PROJECT_ROOT } from './cloud-access.ts';
import { type Progress, UserFacingError } from './progress.ts';

const CANDIDATES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
/** What each requirements file installs. */
const CONTENT = {
  requirements: 'the local cloud',
  'requirements-bench': 'the Python competitor in the benchmark',
  'requirements-contract': 'schemathesis',
  'requirements-generators': 'generators of Python clients',
  'requirements-lint': 'cfn-lint and zizmor',
  'requirements-scan': 'checkov',
  'requirements-usage': 'requests',
  'requirements-zenml': 'ZenML, a server that takes its users from here',
};
type Requirements = keyof typeof CONTENT;

/** Prints "yes" for a usable Python, "no venv" if the modules are missing. */
const PROBE = `
import sys
if sys.version_info >= (3, 10):
    try:
        import ensurepip, venv
        print("yes")
    except ImportError:
        print("no venv")
`;

/**
 * Path of the Python in an environment with the requirements installed. Creates the environment if it
 * is missing or the requirements file has changed.
 * @throws UserFacingError when there is no usable Python, or the installation fails
 */
export async function ensurePythonEnvironment(
  requirements: Requirements,
  children: ChildProcesses,
  progress: Progress,
): Promise<string> {
  const file = join(PROJECT_ROOT, 'tools', 'python', `${requirements}.txt`);
  const folder = join(LOCAL_FOLDER, `python-${requirements}`);
  const python = join(folder, 'bin', 'python');
  const stampFile = join(folder, 'installed.sha256');
  const stamp = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  const installed = await readFile(stampFile, 'utf8').catch(() => null);
  if (installed === stamp && (await probe(python)) === 'yes') return python;

  const basePython = await findPython();
  await progress(`Installing ${CONTENT[requirements]} into .local (first time only)`, async () => {
    const env = environmentWithoutAws();
    await children.run(basePython, ['-m', 'venv', '--clear', folder], { env });
    // Python compiles what is imported, which is a small part of what is installed.
    const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-compile'];
    const pinned = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '-r', file];
    await children.run(python, [...pip, ...pinned], { env }).catch(async (error: unknown) => {
      throw explainInstallation(error, await readFile(children.logFile, 'utf8'));
    });
    await writeFile(stampFile, stamp);
  });
  return python;
}

/**
 * The failure of an installation, as a sentence where the log shows its reason.
 * @param log what pip printed
 */
export function explainInstallation(error: unknown, log: string): unknown {
  if (!/connection broken by|\(from versions: none\)/.test(log)) return error;
  return new UserFacingError(
    'pip reached no package index: connect to the internet for this first start, or name an index with PIP_INDEX_URL.',
    { cause: error },
  );
}

async function findPython(): Promise<string> {
  const results = await Promise.all(CANDIDATES.map(probe));
  const found = CANDIDATES[results.indexOf('yes')];
  if (found !== undefined) return found;
  throw new UserFacingError(
    results.includes('no venv')
      ? 'Python lacks its venv module: install it (package python3-venv on Debian and Ubuntu).'
      : 'The local cloud needs Python 3.10 or newer: install it and put python3 on the PATH.',
  );
}

async function probe(python: string): Promise<string> {
  const env = environmentWithoutAws();
  const output = await promisify(execFile)(python, ['-c', PROBE], { env }).catch(() => null);
  return output?.stdout.trim() ?? '';
}
