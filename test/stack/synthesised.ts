/** The stack of one deployment as a template, with the same CDK context as `cdk synth` uses. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readCdkFile } from '../../infra/settings/cdk-file.ts';
import { parseStageConfig } from '../../infra/settings/stage-config.ts';
import { UsersStack } from '../../infra/users-stack.ts';
import { EXAMPLE_STAGES, type ExampleStage } from '../../tools/checks/example-stages.ts';

export const PROJECT_ROOT = join(import.meta.dirname, '..', '..');

/** CDK's feature flags, as deployments have them. */
export const FLAGS = readCdkFile(PROJECT_ROOT).context;

/** A stage for each purpose. */
export const STAGES = Object.keys(EXAMPLE_STAGES) as ExampleStage[]; // `keys` forgets the names

/** No function is bundled: nothing in a template depends on the code. */
export const NO_BUNDLING = { 'aws:cdk:bundling-stacks': [] };

const templates = new Map<string, Template>();

/** The template of a deployment with these settings, and what the named example needs; made once. */
export function synthesised(settings: Record<string, unknown> = {}): Template {
  const key = JSON.stringify(settings);
  const template = templates.get(key) ?? synthesise(settings);
  templates.set(key, template);
  return template;
}

/** The template of a stage with all defaults. */
export const templateOf = (stage: ExampleStage) => synthesised({ stage });

function synthesise(given: Record<string, unknown>): Template {
  const examples: Record<string, object> = EXAMPLE_STAGES;
  const settings = { ...examples[String(given['stage'])], ...given };
  const config = parseStageConfig(settings);
  const env = config.region !== null && { env: { region: config.region } };
  const outdir = mkdtempSync(join(tmpdir(), 'synthesised-'));
  const app = new App({ outdir, context: { ...FLAGS, ...NO_BUNDLING, ...settings } });
  try {
    const stackName = `current-user-${config.stage}`;
    const stack = new UsersStack(app, 'Stack', { config, stackName, ...env });
    return Template.fromStack(stack);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

export interface Resource {
  id: string;
  Type: string;
  DeletionPolicy?: string;
  DependsOn?: string[];
  // biome-ignore lint/suspicious/noExplicitAny: templates have no types, tests may look anywhere
  Properties: any;
}

/** All resources of a type, in the template's order. */
export function resourcesOf(template: Template, type: string): Resource[] {
  return Object.entries(template.findResources(type)).map(
    ([id, resource]) => ({ id, ...resource }) as Resource,
  );
}

/** The only resource of a type. */
export function theOne(template: Template, type: string): Resource {
  const all = resourcesOf(template, type);
  if (all.length !== 1) throw new Error(`${all.length} resources of type ${type}, not one`);
  return all[0] as Resource;
}

/** The function of a construct of the stack. */
export function functionOf(template: Template, construct: 'GetMe' | 'PatchMe'): Resource {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(({ id }) =>
    id.startsWith(construct),
  );
  if (!found) throw new Error(`No function of ${construct}`);
  return found;
}

/** A text of a template as it will be: references become their logical ids, pseudo parameters as given. */
export function textOf(value: TemplateText, parameters: Record<string, string> = {}): string {
  if (typeof value === 'string') return value;
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'];
    return parts.map((part) => textOf(part, parameters)).join(separator);
  }
  return 'Ref' in value ? (parameters[value.Ref] ?? value.Ref) : value['Fn::GetAtt'][0];
}

/** A text of a template, in the functions that CDK makes texts of. */
export type TemplateText =
  | string
  | { Ref: string }
  | { 'Fn::GetAtt': [string, string] }
  | { 'Fn::Join': [string, TemplateText[]] };
