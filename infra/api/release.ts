/**
 * Releases new versions of the functions: a smoke test, then part of the traffic, then all of it,
 * with automatic rollback when an alarm fires. Knows nothing of what the functions do.
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

/** The alias that the API invokes. */
const ALIAS = 'live';

/** How traffic shifts to a new version; null where CodeDeploy is missing, as on the local cloud. */
const TRAFFIC_SHIFTING: Record<StageConfig['purpose'], ILambdaDeploymentConfig | null> = {
  local: null,
  development: LambdaDeploymentConfig.ALL_AT_ONCE,
  production: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
};

/** Properties of `Release`. */
export interface ReleaseProps {
  readonly config: StageConfig;
  readonly functions: readonly ApiFunction[];
  /** The text of an alarm: what has happened, and its runbook entry. */
  readonly describeAlarm: (sentence: string, entry: string) => string;
}

/** Releases functions together: none gets traffic unless the new version of each responds. */
export class Release extends Construct {
  /** Of CodeDeploy; null on the local cloud. */
  readonly applicationName: string | null = null;
  /** One for each function; none where no traffic shifts. */
  readonly failuresAlarms: Alarm[] = [];
  readonly #aliases = new Map<ApiFunction, Alias>();
  readonly #groups: LambdaDeploymentGroup[] = [];

  constructor(scope: Construct, id: string, { config, functions, describeAlarm }: ReleaseProps) {
    super(scope, id);
    const shift = TRAFFIC_SHIFTING[config.purpose];
    if (shift === null) return;
    const smokeTest = this.#createSmokeTest(config, functions);
    const application = new LambdaApplication(this, 'Application');
    this.applicationName = application.applicationName;
    for (const fn of functions) {
      // Keep the previous version for manual rollback. A version whose release failed is deleted: as
      // long as it exists, Lambda publishes no other of the same code.
      fn.lambda.currentVersion.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
      const alias = fn.lambda.addAlias(ALIAS);
      const failures = this.#addFailuresAlarm(fn, alias, describeAlarm);
      const group = new LambdaDeploymentGroup(this, fn.node.id, {
        application,
        alias,
        deploymentConfig: shift,
        alarms: [failures],
        autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
        preHook: smokeTest.lambda,
        postHook: smokeTest.lambda,
      });
      acknowledgeFindings(group, smokeTest);
      // Updating the alias starts a deployment, so everything it needs must exist before.
      alias.node.addDependency(group, smokeTest);
      this.#aliases.set(fn, alias);
      this.#groups.push(group);
      this.failuresAlarms.push(failures);
    }
  }

  /** What the API should invoke: the alias that shifts traffic, or the function itself. */
  invocationTarget(fn: ApiFunction): LambdaFunction | Alias {
    return this.#aliases.get(fn) ?? fn.lambda;
  }

  /** Rolls a new version back when one of these alarms fires while traffic shifts. */
  rollBackOn(alarms: readonly IAlarm[]): void {
    for (const group of this.#groups) for (const alarm of alarms) group.addAlarm(alarm);
  }

  #createSmokeTest(config: StageConfig, functions: readonly ApiFunction[]): ApiFunction {
    const hook = new ApiFunction(this, 'SmokeTest', {
      entry: 'smoke-test',
      description: 'Deployment hook: invokes new versions before and after traffic shifts to them',
      logs: 'requests',
      config,
    });
    const versions = functions.map(({ lambda }) => lambda.currentVersion.functionArn);
    const environment = { [SMOKE_TEST_TARGETS]: versions.join(',') };
    for (const { lambda } of functions) {
      hook.grant(['lambda:InvokeFunction'], `${lambda.functionArn}:*`, environment);
      Validations.of(hook).acknowledge({
        id: everyVersionFinding(lambda),
        reason:
          'IAM is eventually consistent: a permission on only the new version could come too late.',
      });
    }
    return hook;
  }

  /** Fires when an invocation ends without a response: the code does not load, or times out. */
  #addFailuresAlarm(
    fn: ApiFunction,
    alias: Alias,
    describeAlarm: ReleaseProps['describeAlarm'],
  ): Alarm {
    const sentence = 'Invocations end without a response. A version being released is rolled back.';
    return new Alarm(this, `${fn.node.id}Failures`, {
      alarmDescription: describeAlarm(sentence, 'Failures'),
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
      reason: 'AWS managed policy for CodeDeploy: it updates aliases and reads alarms.',
    },
    {
      id: everyVersionFinding(hook.lambda),
      reason: 'CDK allows CodeDeploy to invoke any version of the hook, which has only one.',
    },
  );
}

/** Id of cdk-nag's finding about a permission on every version of a function. */
function everyVersionFinding(lambda: LambdaFunction): string {
  const resource = lambda.node.findChild('Resource');
  const id = CfnElement.isCfnElement(resource) ? Stack.of(lambda).getLogicalId(resource) : '';
  return `AwsSolutions-IAM5[Resource::<${id}.Arn>:*]`;
}
