/**
 * How a new version of the functions takes over: asked first whether it answers, then given a part
 * of the calls, then all; and taken back when an alarm rings meanwhile. Knows nothing of what the
 * functions do.
 */
import { CfnElement, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Alarm, type IAlarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type ILambdaDeploymentConfig,
  LambdaApplication,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from 'aws-cdk-lib/aws-codedeploy';
import type { Alias, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { SMOKE_TEST_TARGETS } from '../../lib/config.ts';
import type { StageConfig } from '../settings/stage-config.ts';
import { ApiFunction } from './api-function.ts';

/** The alias that the API calls. */
const ALIAS = 'live';

/** How calls move to a new version; null where there is no CodeDeploy, as on the local cloud. */
const TRAFFIC_SHIFTING: Record<StageConfig['stage'], ILambdaDeploymentConfig | null> = {
  local: null,
  dev: LambdaDeploymentConfig.ALL_AT_ONCE,
  production: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
};

/** What is released, and where. */
export interface ReleaseProps {
  readonly config: StageConfig;
  readonly functions: readonly ApiFunction[];
}

/** The release of some functions: none of them takes over unless the new version of each answers. */
export class Release extends Construct {
  readonly #aliases = new Map<ApiFunction, Alias>();
  readonly #groups: LambdaDeploymentGroup[] = [];

  constructor(scope: Construct, id: string, { config, functions }: ReleaseProps) {
    super(scope, id);
    const shift = TRAFFIC_SHIFTING[config.stage];
    if (shift === null) return;
    const smokeTest = this.#makeSmokeTest(config, functions);
    const application = new LambdaApplication(this, 'Application');
    for (const fn of functions) {
      // The one before stays, for whoever takes the new one back by hand.
      fn.lambda.currentVersion.applyRemovalPolicy(RemovalPolicy.RETAIN);
      const alias = fn.lambda.addAlias(ALIAS);
      const group = new LambdaDeploymentGroup(this, fn.node.id, {
        application,
        alias,
        deploymentConfig: shift,
        alarms: [this.#failuresOf(fn, alias)],
        autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
        preHook: smokeTest.lambda,
        postHook: smokeTest.lambda,
      });
      acknowledgeFindings(group, smokeTest);
      // The alias is what starts a deployment: all that the deployment needs comes before it.
      alias.node.addDependency(group, smokeTest);
      this.#aliases.set(fn, alias);
      this.#groups.push(group);
    }
  }

  /** What callers are to reach of a function. */
  invocationTarget(fn: ApiFunction): LambdaFunction | Alias {
    return this.#aliases.get(fn) ?? fn.lambda;
  }

  /** Takes a new version back when one of these alarms rings while it takes over. */
  rollBackOn(alarms: readonly IAlarm[]): void {
    for (const group of this.#groups) for (const alarm of alarms) group.addAlarm(alarm);
  }

  #makeSmokeTest(config: StageConfig, functions: readonly ApiFunction[]): ApiFunction {
    const hook = new ApiFunction(this, 'SmokeTest', {
      entry: 'smoke-test',
      description: 'Asks new versions whether they answer, before and after they take over',
      config,
    });
    const versions = functions.map(({ lambda }) => lambda.currentVersion.functionArn);
    const environment = { [SMOKE_TEST_TARGETS]: versions.join(',') };
    for (const { lambda } of functions) {
      hook.grant(['lambda:InvokeFunction'], `${lambda.functionArn}:*`, environment);
      Validations.of(hook).acknowledge({
        id: everyVersionFinding(lambda),
        reason: 'A right on the new version alone could be too new for IAM when it is needed.',
      });
    }
    return hook;
  }

  /** Rings when a call ends without an answer: the code does not load, or runs out of time. */
  #failuresOf(fn: ApiFunction, alias: Alias): Alarm {
    return new Alarm(this, `${fn.node.id}Failures`, {
      alarmDescription:
        'Calls end without an answer; a version that takes over is taken back. Runbook: docs/runbook.md#failures',
      metric: alias.metricErrors({ period: Duration.minutes(1), statistic: 'Sum' }),
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

function acknowledgeFindings({ role }: LambdaDeploymentGroup, hook: ApiFunction): void {
  Validations.of(role).acknowledge(
    {
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
      reason: 'The policy AWS keeps for CodeDeploy: it moves aliases and reads alarms.',
    },
    {
      id: everyVersionFinding(hook.lambda),
      reason: 'CDK lets CodeDeploy call any version of the hook; it has one.',
    },
  );
}

/** What cdk-nag calls a right on every version of a function. */
function everyVersionFinding(lambda: LambdaFunction): string {
  const resource = lambda.node.findChild('Resource');
  const id = CfnElement.isCfnElement(resource) ? Stack.of(lambda).getLogicalId(resource) : '';
  return `AwsSolutions-IAM5[Resource::<${id}.Arn>:*]`;
}
