/**
 * `npm run bench`: measures the service against its peers, and writes docs/performance.md and .csv.
 * `-- --quick` only checks that everything runs and responds correctly, and writes nothing.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { parseArgs } from 'node:util';
import { ChildProcesses } from '../../tools/support/child-processes.ts';
import { LOCAL_FOLDER, PROJECT_ROOT } from '../../tools/support/cloud-access.ts';
import { createProgress } from '../../tools/support/progress.ts';
import { withTables } from '../support/tables.ts';
import { ablatedCompetitors } from './ablations.ts';
import type { Competitor } from './competitor-process.ts';
import { prepareCompetitors } from './competitors.ts';
import { type CpuShare, openCpuShare } from './cpu-share.ts';
import { type BenchCall, GET_CALL, PATCH_CALLS } from './fixture.ts';
import { measureSizes } from './memory-sizes.ts';
import { rawFigures } from './raw-figures.ts';
import { tablesOf } from './report.ts';
import { ABLATION_PARTS, bundleBytes, type Results, thisMachine } from './results.ts';
import { type Part, type Rounds, runRounds } from './rounds.ts';
import { startStub } from './stub-process.ts';
import { outcomesOf } from './targets.ts';

const FULL = {
  cold: 30,
  ablations: 20,
  warm: { rounds: 5, warmUp: 2000, calls: 2000 },
  // Paths that no target is about.
  others: { rounds: 3, warmUp: 1000, calls: 600 },
  sizes: { cold: 20, warm: 3, calls: 120 },
};
const QUICK = {
  cold: 1,
  ablations: 1,
  warm: { rounds: 1, warmUp: 10, calls: 50 },
  others: { rounds: 1, warmUp: 10, calls: 50 },
  sizes: { cold: 1, warm: 1, calls: 3 },
};
/** The stack's default memory size, whose CPU share the comparison uses. */
const SHARE_MEGABYTES = 512;

const { quick } = parseArgs({
  args: argv.slice(2),
  options: { quick: { type: 'boolean', default: false } },
}).values;
const counts = quick ? QUICK : FULL;
const progress = createProgress(console.log, '.local/bench.log');
const children = new ChildProcesses(join(LOCAL_FOLDER, 'bench.log'));
const started = performance.now();

/** What is measured as one part. */
interface Measured {
  name: string;
  call: BenchCall;
  competitors: readonly Competitor[];
}

/** Measures cold starts, under a CPU share where there is one. */
function cold({ name, call, competitors }: Measured, rounds: number, share?: CpuShare) {
  const args = [share?.procsFile ?? ''];
  const of: Rounds = { name, call, kind: 'cold', rounds, warmUpRounds: quick ? 0 : 1, args };
  return progress(`Cold starts: ${name}, ${rounds} rounds`, () => runRounds(competitors, of));
}

/** Measures warm calls. */
function warm({ name, call, competitors }: Measured, of = counts.warm) {
  const { rounds, warmUp, calls } = of;
  const args = [String(warmUp), String(calls)];
  const options: Rounds = { name, call, kind: 'warm', rounds, warmUpRounds: 0, args };
  return progress(`Warm calls: ${name}, ${rounds} rounds`, () => runRounds(competitors, options));
}

async function measure(
  { get, patch }: Record<'get' | 'patch', Competitor[]>,
  share: CpuShare | null,
) {
  const [product] = get;
  if (product === undefined) throw new Error('nothing to measure');
  const ablations = await progress('Bundling the ablations', () => ablatedCompetitors(product));
  // Peers have their own ways to set a password, and none of them is Cognito's.
  const setPassword = patch.filter(({ name }) => name === 'product' || name === 'bare');
  const ofGet = (name: string, competitors: Competitor[]) => ({
    name,
    call: GET_CALL,
    competitors,
  });
  const ofPatch = (name: string, call: BenchCall, competitors = patch) => ({
    name,
    call,
    competitors,
  });
  const { profile, unchanged, refused, password } = PATCH_CALLS;
  const parts: Part[] = [
    await cold(ofGet('cold', get), counts.cold),
    await warm(ofGet('warm', get)),
    await cold(ofPatch('patch-cold', profile), counts.cold),
    await warm(ofPatch('patch-warm', profile)),
    await warm(ofPatch('patch-unchanged', unchanged), counts.others),
    await warm(ofPatch('patch-refused', refused), counts.others),
    await cold(ofPatch('patch-password-cold', password, setPassword), counts.cold),
    await warm(ofPatch('patch-password', password, setPassword), counts.others),
    await cold(ofGet(ABLATION_PARTS.cold, ablations.cold), counts.ablations),
    await warm(ofGet(ABLATION_PARTS.warm, ablations.warm)),
  ];
  if (share === null) return { parts, sizes: [] };
  share.resize(SHARE_MEGABYTES);
  parts.push(
    await cold(ofGet('share', get), counts.cold, share),
    await cold(ofPatch('patch-share', profile), counts.cold, share),
    await cold(ofGet(ABLATION_PARTS.share, ablations.cold), counts.ablations, share),
  );
  const tuned = await progress('Memory sizes', () => measureSizes(product, share, counts.sizes));
  return { parts: [...parts, ...tuned.parts], sizes: tuned.sizes };
}

function report(results: Results): void {
  const file = join(PROJECT_ROOT, 'docs', 'performance.md');
  const document = withTables(readFileSync(file, 'utf8'), tablesOf(results));
  if (quick) {
    console.log('Everything runs and responds correctly. Figures of a quick run are meaningless.');
    return;
  }
  writeFileSync(file, document);
  writeFileSync(file.replace(/\.md$/, '.csv'), rawFigures(results.parts));
  for (const { part, figure, peer, ratio, atMost, kept } of outcomesOf(results.parts)) {
    console.log(
      `${kept ? 'kept  ' : 'MISSED'} ${part} ${figure} ${ratio.median.toFixed(2)} x ${peer}, at most ${atMost}`,
    );
  }
}

const opened = openCpuShare();
const share = typeof opened === 'string' ? null : opened;
process.once('exit', () => share?.remove());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
if (typeof opened === 'string') console.log(`Without CPU shares: ${opened}`);
try {
  const prepared = await prepareCompetitors(await startStub(), children, progress);
  const version = execFileSync(prepared.python, ['--version'], { encoding: 'utf8' }).trim();
  const machine = thisMachine(version);
  const { parts, sizes } = await measure(prepared, share);
  report({
    machine,
    minutes: (performance.now() - started) / 60_000,
    parts,
    sizes,
    bundles: bundleBytes(prepared),
    noShare: typeof opened === 'string' ? opened : null,
  });
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await children.stop();
}
process.exit();
