/**
 * The figures that security tests record of one run, kept in .local/security, and the table they make
 * in docs/reliability.md. Knows no test.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { LOCAL_FOLDER } from '../support/cloud-access.ts';
import { UserFacingError } from '../support/progress.ts';

const FOLDER = join(LOCAL_FOLDER, 'security');

/** What security tests are about, in the order of the table: a whole run has figures of each. */
export const TOPICS = [
  'token attacks',
  'direct invocation',
  'telling accounts apart',
  'input in process',
  'input over HTTP',
  'names',
  'privilege',
  'isolation',
  'concurrent histories',
  'soak',
  'memory',
  'dependency faults',
  'secrets',
] as const;
export type Topic = (typeof TOPICS)[number];

/** By what they count, for example `attempted`. */
export type Figures = Readonly<Record<string, number | string>>;

/** How thorough a run is: `bounded` for every change, `full` for what docs/reliability.md shows. */
export type Form = 'bounded' | 'full';

const FiguresSchema = v.record(v.string(), v.union([v.number(), v.string()]));
const RunSchema = v.object({
  form: v.picklist(['bounded', 'full']),
  /** ISO 8601. */
  startedAt: v.string(),
  /** Null while it runs. */
  failures: v.nullable(v.number()),
});
type Run = v.InferOutput<typeof RunSchema>;

const fileOf = (name: string) => `${name.replaceAll(' ', '-')}.json`;

async function write(folder: string, name: string, value: Figures | Run): Promise<void> {
  await writeFile(join(folder, fileOf(name)), `${JSON.stringify(value, null, 2)}\n`);
}

async function read<Schema extends v.GenericSchema>(folder: string, name: string, schema: Schema) {
  const text = await readFile(join(folder, fileOf(name)), 'utf8').catch(() => null);
  return text === null ? null : v.parse(v.pipe(v.string(), v.parseJson(), schema), text);
}

/** Begins a run: takes away what the last one left. */
export async function beginRun(form: Form, folder = FOLDER): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await write(folder, 'run', { form, startedAt: new Date().toISOString(), failures: null });
}

/** Ends the run with the number of its tests and files that failed. */
export async function endRun(failures: number, folder = FOLDER): Promise<void> {
  const run = await read(folder, 'run', RunSchema);
  if (run !== null) await write(folder, 'run', { ...run, failures });
}

/** Keeps the figures of one topic, in place of earlier ones. */
export async function writeFigures(topic: Topic, figures: Figures, folder = FOLDER): Promise<void> {
  await write(folder, topic, figures);
}

/**
 * The last run as a table in Markdown.
 * @throws UserFacingError when there is none, when it failed, or when it left a topic out
 */
export async function figuresTable(folder = FOLDER): Promise<string> {
  const run = await read(folder, 'run', RunSchema);
  if (run === null)
    throw new UserFacingError('There is no run: start one with npm run test:security.');
  if (run.failures !== 0) throw new UserFacingError('The last run failed or did not end.');
  const rows: string[] = [];
  for (const topic of TOPICS) {
    const figures = await read(folder, topic, FiguresSchema);
    if (figures === null) throw new UserFacingError(`The last run has no figures of "${topic}".`);
    const counted = Object.entries(figures).map(([what, figure]) => `${what}: ${figure}`);
    rows.push(`| ${topic} | ${counted.join('; ')} |`);
  }
  const command = `${run.form === 'full' ? 'SECURITY_TESTS=full ' : ''}npm run test:security`;
  const when = run.startedAt.slice(0, 10);
  return [`\`${command}\` on ${when}:`, '', '| topic | figures |', '|---|---|', ...rows].join('\n');
}
