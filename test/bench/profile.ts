/**
 * `npm run bench:profile`: takes a cold start and a warm call of the service, of the bare handler and
 * of the baseline apart by CPU profile, and writes docs/where-time-goes.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../../infra/api/bundle/bundle.ts';
import { ChildProcesses } from '../../tools/support/child-processes.ts';
import { LOCAL_FOLDER, PROJECT_ROOT } from '../../tools/support/cloud-access.ts';
import { createProgress } from '../../tools/support/progress.ts';
import { table, withTables } from '../support/tables.ts';
import { BENCH_FOLDER, type Competitor, run } from './competitor-process.ts';
import { installPeers, lambdaEnvironment, onNode, SOURCES } from './competitors.ts';
import { deployedBundles } from './deployed-bundles.ts';
import { type BenchCall, GET_CALL, PATCH_CALLS } from './fixture.ts';
import { type Costs, costsOf } from './profile-costs.ts';
import { shuffled, summary } from './statistics.ts';
import { startStub } from './stub-process.ts';

const COLD = { rounds: 15, warmUp: 0, calls: 1 };
const WARM = { rounds: 3, warmUp: 3000, calls: 3000 };
/** Smaller parts are added up as one. */
const LEAST_SHARE = 0.01;
const OTHERS = 'all other parts';

const PAGE = join(PROJECT_ROOT, 'docs', 'where-time-goes.md');
const FOLDER = join(BENCH_FOLDER, 'profiled');
const progress = createProgress(console.log, '.local/bench.log');
const children = new ChildProcesses(join(LOCAL_FOLDER, 'bench.log'));

type Env = Readonly<Record<string, string>>;

/** Bundles as they are measured, with a source map that Node.js does not read. */
async function profiledCompetitors(entry: string, env: Env): Promise<Competitor[]> {
  const outdir = join(FOLDER, entry);
  const sourcemap = 'external';
  await build({ ...bundleOptions(entry, outdir), sourcemap });
  const peer = async (name: string, title: string) => {
    const entryPoints = [join(SOURCES, `${name}.js`)];
    await build({ entryPoints, outdir, bundle: true, platform: 'node', format: 'cjs', sourcemap });
    return profiled(name, title, join(outdir, `${name}.js`), env);
  };
  return [
    profiled('product', 'this service', join(outdir, 'index.mjs'), env),
    await peer('bare', 'bare handler'),
    await peer('no-sdk-baseline', 'baseline'),
  ];
}

function profiled(name: string, title: string, entry: string, env: Env): Competitor {
  const runner = join(import.meta.dirname, 'runners', 'profile.js');
  const competitor = onNode(name, title, entry, env);
  return { ...competitor, runners: { cold: runner, warm: runner } };
}

/** Costs per call of each run, by competitor. */
async function profile(
  competitors: readonly Competitor[],
  call: BenchCall,
  { rounds, warmUp, calls }: typeof COLD,
): Promise<Map<string, Costs[]>> {
  const runs = new Map(competitors.map(({ name }) => [name, [] as Costs[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const competitor of shuffled(competitors)) {
      const file = join(FOLDER, 'run.cpuprofile');
      await run(competitor, 'cold', call, [file, String(warmUp), String(calls)]);
      const costs = [...costsOf(file)].map(([part, cost]) => [part, cost / calls] as const);
      runs.get(competitor.name)?.push(new Map(costs));
    }
  }
  return runs;
}

/** A row per part, in microseconds: the median of the runs of each competitor. */
function costTable(competitors: readonly Competitor[], runs: ReadonlyMap<string, Costs[]>): string {
  const columns = competitors.map(({ name }) => runs.get(name) ?? []);
  const parts = new Set(columns.flatMap((of) => of.flatMap((costs) => [...costs.keys()])));
  const medianOf = (of: readonly Costs[], value: (costs: Costs) => number) =>
    summary(of.map(value)).median;
  const totals = columns.map((of) =>
    medianOf(of, (costs) => costs.values().reduce((a, b) => a + b, 0)),
  );
  const rows = [...parts].map((part) => ({
    part,
    costs: columns.map((of) => medianOf(of, (costs) => costs.get(part) ?? 0)),
  }));
  const isShown = ({ costs }: (typeof rows)[number]) =>
    costs.some((cost, at) => cost >= LEAST_SHARE * (totals[at] ?? 0));
  const shown = rows.filter(isShown).sort((a, b) => (b.costs[0] ?? 0) - (a.costs[0] ?? 0));
  const rest = totals.map((total, at) =>
    Math.max(0, total - shown.reduce((sum, { costs }) => sum + (costs[at] ?? 0), 0)),
  );
  const cells = (part: string, costs: number[]) => [part, ...costs.map((cost) => cost.toFixed(0))];
  return table(
    ['CPU, µs', ...competitors.map(({ title }) => title)],
    [
      ...shown.map(({ part, costs }) => cells(part, costs)),
      cells(OTHERS, rest),
      cells('**all**', totals),
    ],
  );
}

try {
  await progress('Installing the peers', () => installPeers(children));
  const { GetMe, PatchMe } = deployedBundles(join(BENCH_FOLDER, 'product'));
  const lambda = lambdaEnvironment(await startStub());
  const get = await profiledCompetitors('get-me', { ...lambda, ...GetMe.variables });
  const patch = await profiledCompetitors('patch-me', { ...lambda, ...PatchMe.variables });
  const measured = async (of: Competitor[], call: BenchCall, counts: typeof COLD) =>
    costTable(of, await progress(`Profiles of ${call.name}`, () => profile(of, call, counts)));
  const tables = {
    'get-cold': await measured(get, GET_CALL, COLD),
    'get-warm': await measured(get, GET_CALL, WARM),
    'patch-warm': await measured(patch, PATCH_CALLS.profile, WARM),
  };
  writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8'), tables));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await children.stop();
}
process.exit();
