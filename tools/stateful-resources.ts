/**
 * `npm run stateful -- --reason "<why>"`: records the resources that must never be replaced, as
 * the stages define them now, and the reason for the change. A replacement loses users, data or URLs.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as v from 'valibot';
import { readCdkFile } from '../infra/settings/cdk-file.ts';
import { parseStageConfig } from '../infra/settings/stage-config.ts';
import { UsersStack } from '../infra/users-stack.ts';
import { EXAMPLE_STAGES } from './checks/example-stages.ts';
import { statefulResourcesOf } from './checks/stateful-list.ts';
import { PROJECT_ROOT } from './support/cloud-access.ts';
import { exitWithUsage, parseWords } from './support/usage.ts';

const FILE = join(PROJECT_ROOT, 'test', 'stack', 'stateful-resources.json');
const ListSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ reasons: v.array(v.string()), stages: v.unknown() }),
);

const USAGE = 'State why stateful resources may change: npm run stateful -- --reason "<why>"';

const { values } = parseWords(USAGE, { options: { reason: { type: 'string' } } });
const reason = values.reason?.trim() ?? '';
if (reason.length < 10) exitWithUsage(USAGE);
const { reasons } = v.parse(ListSchema, await readFile(FILE, 'utf8'));
const { context } = readCdkFile(PROJECT_ROOT);
const outdir = await mkdtemp(join(tmpdir(), 'stateful-'));
const stages = Object.entries(EXAMPLE_STAGES).map(([stage, settings]) => {
  // The template does not depend on the bundled code.
  const app = new App({ outdir, context: { ...context, 'aws:cdk:bundling-stacks': [] } });
  const config = parseStageConfig(settings);
  const stack = new UsersStack(app, 'Stack', { config, stackName: `current-user-${stage}` });
  return [stage, statefulResourcesOf(Template.fromStack(stack).toJSON())];
});
await rm(outdir, { recursive: true });
const list = { reasons: [...reasons, reason], stages: Object.fromEntries(stages) };
await writeFile(FILE, `${JSON.stringify(list, null, 2)}\n`);
