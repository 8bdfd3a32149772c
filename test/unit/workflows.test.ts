/** What the workflows of .github promise beyond what `npm run check:workflows` finds. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, '.github', 'workflows');

// The package has no types of its own.
const require = createRequire(import.meta.url);
const yaml = require('js-yaml') as { load(text: string): unknown };

const PermissionsSchema = v.record(v.string(), v.picklist(['read', 'write']));
const JobSchema = v.looseObject({
  permissions: v.optional(PermissionsSchema),
  uses: v.optional(v.string()),
  'runs-on': v.optional(v.string()),
  'timeout-minutes': v.optional(v.number()),
  environment: v.optional(v.string()),
  strategy: v.optional(
    v.object({ matrix: v.object({ stage: v.array(v.string()) }), 'fail-fast': v.literal(false) }),
  ),
  steps: v.optional(
    v.array(
      v.looseObject({
        uses: v.optional(v.string()),
        run: v.optional(v.string()),
        with: v.optional(v.record(v.string(), v.unknown()), {}),
      }),
    ),
    [],
  ),
});
const WorkflowSchema = v.looseObject({
  on: v.record(v.string(), v.unknown()),
  permissions: v.optional(PermissionsSchema),
  jobs: v.record(v.string(), JobSchema),
});

interface Workflow extends v.InferOutput<typeof WorkflowSchema> {
  name: string;
  text: string;
}

function aWorkflow(name: string, text: string): Workflow {
  return { ...v.parse(WorkflowSchema, yaml.load(text)), name, text };
}

/** The only permissions of each job; a new job needs a line here. */
const PERMISSIONS: Record<string, Record<string, string>> = {
  'ci.yml check': { contents: 'read' },
  'nightly.yml security': { contents: 'read' },
  'deploy.yml check': { contents: 'read' },
  'deploy.yml diff': { contents: 'read', 'id-token': 'write' },
  'deploy.yml deploy': { contents: 'read', 'id-token': 'write' },
  'deploy.yml acceptance': { contents: 'read', 'id-token': 'write' },
  'release.yml release': { contents: 'write' },
};

const jobsOf = ({ jobs }: Workflow) => Object.entries(jobs).map(([id, job]) => ({ id, ...job }));
const stepsOf = (workflow: Workflow) => jobsOf(workflow).flatMap(({ steps }) => steps);
const runsOf = (workflow: Workflow) => stepsOf(workflow).flatMap(({ run }) => run ?? []);
const scripts: Record<string, string> = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
).scripts;

const JOB = 'on: { push: }\npermissions: {}\njobs:\n  check:\n    runs-on: ubuntu-24.04\n';
const STEP = `${JOB}    steps:\n      - `;

interface Rule {
  says: string;
  breaches: (workflow: Workflow) => unknown[];
  /** A workflow that breaks it, so that a rule that catches nothing is noticed. */
  example: string;
}

const RULES: Rule[] = [
  {
    says: 'an action is used in one version everywhere, which a comment names',
    breaches: ({ text }) => {
      const uses = [...text.matchAll(/uses: ([\w-]+\/[\w-]+)@(.+)$/gm)];
      const first = new Map(uses.toReversed().map(([, name, version]) => [name, version]));
      return uses.filter(
        ([, name, version = '']) =>
          first.get(name) !== version || !/ # v\d+\.\d+\.\d+$/.test(version),
      );
    },
    example: `${STEP}uses: a/b@1 # v1.0.0\n      - uses: a/b@2 # v1.0.0\n`,
  },
  {
    says: 'a job has the permissions that are listed for it, and a workflow gives none',
    breaches: (workflow) => [
      ...(JSON.stringify(workflow.permissions) === '{}' ? [] : ['the workflow']),
      ...jobsOf(workflow).flatMap(({ id, permissions }) => {
        const allowed = PERMISSIONS[`${workflow.name} ${id}`] ?? {};
        return JSON.stringify(permissions) === JSON.stringify(allowed) ? [] : [id];
      }),
    ],
    example: `${JOB}    permissions: { contents: write }\n`,
  },
  {
    says: 'nothing uses a stored secret: AWS gives its own by OIDC',
    breaches: ({ text }) => text.match(/\bsecrets\b/g) ?? [],
    example: `${STEP}run: deploy\n        env: { KEY: '\${{ secrets.AWS_KEY }}' }\n`,
  },
  {
    says: 'a script prints no token',
    breaches: (workflow) =>
      runsOf(workflow).filter((run) => /TOKEN|KEY|printenv|\benv\b/.test(run)),
    example: `${STEP}run: echo "$GH_TOKEN"\n`,
  },
  {
    says: 'a job has a fixed image and a time limit',
    breaches: (workflow) =>
      jobsOf(workflow).filter(
        (job) =>
          job.uses === undefined &&
          (job['runs-on'] !== 'ubuntu-24.04' || job['timeout-minutes'] === undefined),
      ),
    example: JOB.replace('ubuntu-24.04', 'ubuntu-latest'),
  },
  {
    says: 'what is deployed was approved in the environment of its stage',
    breaches: (workflow) =>
      jobsOf(workflow)
        .filter(({ steps }) => steps.some(({ run }) => run?.includes('cdk deploy')))
        .filter(({ environment }) => environment !== `\${{ inputs.stage || 'production' }}`),
    example: `${STEP}run: npx cdk deploy\n`,
  },
  {
    says: 'scripts of this project that are run exist',
    breaches: (workflow) =>
      runsOf(workflow).flatMap((run) => [
        ...[...run.matchAll(/npm run (?:--\S+ )*([\w:-]+)/g)].filter(
          ([, script = '']) => scripts[script] === undefined,
        ),
        ...(run.match(/(?:^|\s)\.ci\/\S+/g) ?? []).filter(
          (file) => !existsSync(join(ROOT, file.trim())),
        ),
      ]),
    example: `${STEP}run: npm run no-such-script\n`,
  },
];

describe('the workflows', () => {
  const workflows = readdirSync(FOLDER).map((name) =>
    aWorkflow(name, readFileSync(join(FOLDER, name), 'utf8')),
  );

  it('are the listed ones, with the listed jobs', () => {
    const jobs = workflows.flatMap((workflow) =>
      jobsOf(workflow).map(({ id }) => `${workflow.name} ${id}`),
    );

    expect(jobs.sort()).toEqual(Object.keys(PERMISSIONS).sort());
  });

  it.each(RULES)('keep the rule: $says', ({ says, breaches }) => {
    const broken = workflows.flatMap((workflow) =>
      breaches(workflow).map((what) => `${workflow.name}: ${JSON.stringify(what)}`),
    );

    expect(broken, says).toEqual([]);
  });

  it('check every change with all stages of .ci/run, and the security tests in full every night', () => {
    const named = (name: string) => workflows.find((workflow) => workflow.name === name);
    const [ci, nightly] = [named('ci.yml'), named('nightly.yml')];

    expect(Object.keys(ci?.on ?? {})).toEqual(['push', 'pull_request', 'workflow_call']);
    expect(ci && runsOf(ci)).toEqual(['.ci/run "$STAGE"']);
    const stages = ci?.jobs['check']?.strategy?.matrix.stage;
    const script = (name: string) => readFileSync(join(ROOT, '.ci', name), 'utf8');
    // `npm cit` of the whole run is these two.
    const others = stages?.filter((stage) => stage !== 'deployed' && stage !== 'undeployed');
    expect(script('run')).toContain(`\n  set -- ${others?.join(' ')}\n`);
    expect([...script('stage').matchAll(/^(\w+)\) #/gm)].map(([, stage]) => stage)).toEqual(stages);
    expect(nightly?.on).toHaveProperty('schedule');
    expect(nightly && runsOf(nightly)).toContain('npm run test:security');
    expect(nightly?.text).toContain('SECURITY_TESTS: full');
    expect(nightly?.text).toContain('CRASH_ROUNDS: 200');
  });

  it('deploy only what was checked, and shown before it was approved', () => {
    const deploy = workflows.find(({ name }) => name === 'deploy.yml');

    expect(deploy?.jobs).toMatchObject({
      check: { uses: './.github/workflows/ci.yml' },
      diff: { needs: 'check', environment: `\${{ inputs.stage || 'production' }}-diff` },
      deploy: { needs: 'diff' },
    });
  });

  it('check the settings of the stage before anybody is asked to agree to its diff', () => {
    const deploy = workflows.find(({ name }) => name === 'deploy.yml');
    const runs = (job: string) => deploy?.jobs[job]?.steps.map(({ run = '' }) => run) ?? [];
    const at = (job: string, words: string) => runs(job).findIndex((run) => run.includes(words));

    expect(at('diff', 'settings -- check "$STAGE"')).toBeGreaterThan(-1);
    expect(at('diff', 'settings -- check "$STAGE"')).toBeLessThan(at('diff', 'cdk diff'));
    for (const job of ['diff', 'deploy']) {
      expect(at(job, '>"settings/$STAGE.json"')).toBeGreaterThan(-1);
      expect(at(job, '>"settings/$STAGE.json"')).toBeLessThan(at(job, '-c "stage=$STAGE"'));
    }
  });

  it('try the promises of what was deployed to dev and chosen stages, with a role of their own', () => {
    const deploy = workflows.find(({ name }) => name === 'deploy.yml');
    const { acceptance } = deploy?.jobs ?? {};

    expect(acceptance).toMatchObject({
      needs: 'deploy',
      if: `contains(fromJSON(vars.ACCEPTANCE_STAGES || '["dev"]'), inputs.stage)`,
      environment: `\${{ inputs.stage }}-acceptance`,
    });
    expect(acceptance?.steps.map(({ run }) => run)).toContainEqual(
      expect.stringContaining('acceptance -- --stack "current-user-$STAGE" --yes'),
    );
  });
});

describe('the rules of workflows', () => {
  it.each(RULES)('catch a breach of: $says', ({ breaches, example }) => {
    expect(breaches(aWorkflow('example.yml', example))).not.toEqual([]);
  });
});
