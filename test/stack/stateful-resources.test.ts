/** What holds people, data or addresses is never replaced, and outlives the stack where people are. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ALL_SETTINGS_OWN_POOL } from '../../tools/checks/all-settings.ts';
import { type StatefulResource, statefulResourcesOf } from '../../tools/checks/stateful-list.ts';
import {
  PROJECT_ROOT,
  type Resource,
  resourcesOf,
  STAGES,
  synthesised,
  templateOf,
} from './synthesised.ts';

interface List {
  reasons: string[];
  stages: Record<string, Record<string, StatefulResource>>;
}

const FILE = join(import.meta.dirname, 'stateful-resources.json');
const list: List = JSON.parse(readFileSync(FILE, 'utf8'));
const ADVICE =
  'This replaces what holds people, data or addresses. Keep the old id or value. If it is meant, ' +
  'run: npm run stateful -- --reason "<why, and what operators have to do>"';

const listOf = (template: Template) => statefulResourcesOf(template.toJSON());
const typesOf = (resources: Record<string, StatefulResource>) =>
  Object.values(resources).map(({ type }) => type);

describe('the resources that hold state', () => {
  it.each(STAGES)('keep id, type and every property that cannot change, in stage %s', (stage) => {
    expect(listOf(templateOf(stage)), ADVICE).toEqual(list.stages[stage]);
  });

  it('are known: pool, domain, scopes, client, table, API, logs', () => {
    expect([...new Set(typesOf(list.stages['production'] ?? {}))].sort()).toEqual([
      'AWS::ApiGateway::RestApi',
      'AWS::Cognito::UserPool',
      'AWS::Cognito::UserPoolClient',
      'AWS::Cognito::UserPoolDomain',
      'AWS::Cognito::UserPoolResourceServer',
      'AWS::DynamoDB::GlobalTable',
      'AWS::Logs::LogGroup',
    ]);
  });

  it.each(STAGES)('include everything that outlives the stack in stage %s', (stage) => {
    const { Resources } = templateOf(stage).toJSON() as { Resources: Record<string, Resource> };
    const retained = Object.entries(Resources).filter(
      ([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy !== 'Delete',
    );
    // Versions are made anew by every release; the log role belongs to the whole account.
    const others = /^AWS::(Lambda::Version|ApiGateway::Account|IAM::Role)$/;
    const unlisted = retained.filter(
      ([id, { Type }]) => !others.test(Type) && list.stages[stage]?.[id] === undefined,
    );

    expect(unlisted).toEqual([]);
  });

  it('stay as they are when every setting changes, but for the domain whose name is a setting', () => {
    const { DirectoryPoolDomain6DCBBF74: _domain, ...before } = list.stages['production'] ?? {};
    const after = listOf(synthesised({ ...ALL_SETTINGS_OWN_POOL, stage: 'production' }));

    expect(after).toMatchObject(before);
  });

  it('change in the list for a reason only', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(PROJECT_ROOT, 'tools', 'stateful-resources.ts'), '--reason', ' '],
      { encoding: 'utf8', cwd: PROJECT_ROOT },
    );

    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'State why stateful resources may change: npm run stateful -- --reason "<why>"\n',
    });
    expect(list.reasons.every((reason) => reason.length >= 10)).toBe(true);
  });
});

describe('the comparison', () => {
  const resource = (Type: string, Properties: object) => ({
    Resources: { One: { Type, Properties } },
  });

  it.each([
    ['AWS::Cognito::UserPool', { AliasAttributes: ['email'] }, { AliasAttributes: [] }],
    ['AWS::Cognito::UserPoolDomain', { Domain: 'a' }, { Domain: 'b' }],
    ['AWS::Cognito::UserPoolClient', { GenerateSecret: false }, { GenerateSecret: true }],
    ['AWS::DynamoDB::GlobalTable', {}, { TableName: 'users' }],
    ['AWS::Logs::LogGroup', { LogGroupName: 'a' }, {}],
  ])('sees a change of %s that replaces it', (type, before, after) => {
    expect(statefulResourcesOf(resource(type, before))).not.toEqual(
      statefulResourcesOf(resource(type, after)),
    );
  });

  it('sees another id and another type', () => {
    const table = statefulResourcesOf(resource('AWS::DynamoDB::GlobalTable', {}));

    expect(table).toEqual({ One: { type: 'AWS::DynamoDB::GlobalTable', fixed: {} } });
    expect(statefulResourcesOf(resource('AWS::DynamoDB::Table', {}))).toEqual({});
  });

  it('does not mind what changes in place', () => {
    const logs = (RetentionInDays: number) => resource('AWS::Logs::LogGroup', { RetentionInDays });

    expect(statefulResourcesOf(logs(7))).toEqual(statefulResourcesOf(logs(90)));
  });
});

describe('destroying a stack', () => {
  const KEPT = ['AWS::Cognito::UserPool', 'AWS::DynamoDB::GlobalTable', 'AWS::Logs::LogGroup'];
  type Kept = Resource & { UpdateReplacePolicy?: string };
  const keptIn = (stage: (typeof STAGES)[number]) =>
    KEPT.flatMap((type) => resourcesOf(templateOf(stage), type) as Kept[]);

  it.each(['dev', 'production'] as const)('leaves pool, table and logs in stage %s', (stage) => {
    expect(keptIn(stage).length).toBeGreaterThanOrEqual(5);
    for (const { id, DeletionPolicy, UpdateReplacePolicy } of keptIn(stage)) {
      expect({ id, DeletionPolicy, UpdateReplacePolicy }).toEqual({
        id,
        DeletionPolicy: expect.stringMatching(/^Retain(ExceptOnCreate)?$/),
        UpdateReplacePolicy: 'Retain',
      });
    }
  });

  it('leaves nothing in stage local', () => {
    for (const { DeletionPolicy } of keptIn('local')) expect(DeletionPolicy).toBe('Delete');
  });
});
