/** Searches everything that a run wrote, especially logs, for the secrets that its tests used. */
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_FOLDER } from '../../tools/support/cloud-access.ts';
import type { LocalStack } from '../../tools/support/stack-file.ts';
import { linesOfFunctions, whatTheCloudKeeps } from './cloud-records.ts';
import { faultOfLogLine } from './log-lines.ts';
import { KINDS, type SecretRegistry } from './secret-registry.ts';

/** Patterns of secrets, which also find unregistered ones. */
const FORMS = {
  'a token': /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/,
  // The format of newPassword in tools/operators/operator-target.ts.
  'a password': /Aa1-[\w-]{20}/,
};
/** Forbidden in function logs and problems only: the cloud's commands may contain e-mail addresses. */
const ADDRESS = /[\w.+-]{2,}@[\w-]+\.[\w.-]+/;

/** Contains the demo passwords on purpose; must be readable by its owner only. */
const ALLOWED_FILE = 'stack.json';

/** A finding and its location; never the secret itself. */
interface Finding {
  where: string;
  what: string;
}

export interface SearchResult {
  /** Number of secrets searched for, by kind. */
  secrets: Record<string, number>;
  /** Function log lines, problem documents and total megabytes searched. */
  lines: number;
  problems: number;
  megabytes: number;
  findings: Finding[];
}

/**
 * Searches for everything in the registry. Call after all tests, while the cloud still runs.
 * @param folder files of the cloud and the deployment
 */
export async function searchForSecrets(
  registry: SecretRegistry,
  stack: LocalStack,
  folder: string,
): Promise<SearchResult> {
  const all = registry.all();
  const ofKind = (kind: (typeof KINDS)[number]) => [...(all.get(kind) ?? [])];
  const lines = await linesOfFunctions(stack);
  const problems = [...(all.get('problem') ?? [])];
  const narrow = [
    { where: 'a line of log of a function', text: lines.join('\n') },
    { where: 'a problem document', text: problems.join('\n') },
  ];
  const wide = [...(await whatTheCloudKeeps(stack)), ...filesOfRuns(), ...outputsOfCdk(folder)];
  const texts = [...narrow, ...wide];
  const findings = texts.flatMap(({ where, text }) =>
    [
      ...KINDS.filter((kind) => ofKind(kind).some((secret) => text.includes(secret))),
      ...Object.keys(FORMS).filter((form) => FORMS[form as keyof typeof FORMS].test(text)),
    ].map((what) => ({ where, what })),
  );
  const addresses = narrow.filter(({ text }) => ADDRESS.test(text));
  const faults = new Set(lines.map(faultOfLogLine).filter((fault) => fault !== null));
  return {
    secrets: Object.fromEntries(KINDS.map((kind) => [kind, ofKind(kind).length])),
    lines: lines.length,
    problems: problems.length,
    megabytes: Math.round(texts.reduce((sum, { text }) => sum + text.length, 0) / 100_000) / 10,
    findings: [
      ...findings,
      ...addresses.map(({ where }) => ({ where, what: 'an address' })),
      ...[...faults].map((what) => ({ where: 'a line of log of a function', what })),
      ...faultsOfAllowedFile(),
    ],
  };
}

/** Logs, outputs and state in .local; not installed packages, benchmark files or recorded exchanges. */
function filesOfRuns(): { where: string; text: string }[] {
  const files = globSync(['*', 'security/*'], { cwd: LOCAL_FOLDER });
  return files
    .filter((name) => name !== ALLOWED_FILE && statSync(join(LOCAL_FOLDER, name)).isFile())
    .map((name) => ({
      where: `.local/${name}`,
      text: readFileSync(join(LOCAL_FOLDER, name), 'utf8'),
    }));
}

/** Templates, manifests, bundles and outputs of the deployment. */
function outputsOfCdk(folder: string): { where: string; text: string }[] {
  const files = globSync(['cdk.out/**', 'outputs.json'], { cwd: folder });
  return files
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => ({ where: name, text: readFileSync(join(folder, name), 'utf8') }));
}

function faultsOfAllowedFile(): Finding[] {
  const file = statSync(join(LOCAL_FOLDER, ALLOWED_FILE), { throwIfNoEntry: false });
  const isPrivate = file === undefined || (file.mode & 0o077) === 0;
  return isPrivate ? [] : [{ where: `.local/${ALLOWED_FILE}`, what: 'others may read it' }];
}
