/**
 * A Lambda function of this service: its bundle, role, log group and environment. Knows neither
 * table nor pool nor API; those grant it access.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { AssetHashType, DockerImage, Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ENV } from '../../lib/config.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../../lib/contract.ts';
import { createLogGroup, type LogContents } from '../data/log-group.ts';
import type { StageConfig } from '../settings/stage-config.ts';
import { environmentFaults } from './environment-limit.ts';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');

/** Bundles a function; run as a program, because CDK's bundling is synchronous. */
const BUNDLER = join(PROJECT_ROOT, 'infra', 'api', 'bundle', 'bundle.ts');

/** Properties of `ApiFunction`. */
export interface ApiFunctionProps {
  /** Name of the module in `functions/` that exports `handler`, without its extension. */
  readonly entry: string;
  /** Shown in the Lambda console. */
  readonly description: string;
  /** What it logs. */
  readonly logs: LogContents;
  readonly config: StageConfig;
}

/** A function that may only write its own logs and traces until it is granted more. */
export class ApiFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly #environment: Record<string, string>;

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id);
    const { config } = props;
    this.#environment = environmentFor(config);
    this.node.addValidation({ validate: () => environmentFaults(this.#environment) });
    this.logGroup = createLogGroup(this, 'Logs', config, props.logs);
    // Its own role: AWSLambdaBasicExecutionRole may create and write every log group.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    this.logGroup.grantWrite(role);
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.description,
      code: bundledCode(props.entry),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: config.memoryMegabytes,
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS),
      role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      environment: this.#environment,
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'X-Ray actions have no resource types: PutTraceSegments and PutTelemetryRecords require *.',
    });
  }

  /** Allows the actions on the resources and sets the environment variables. */
  grant(
    actions: string[],
    resourceArns: string | string[],
    environment: Record<string, string>,
    conditions: Record<string, Record<string, string>> = {},
  ): void {
    const resources = [resourceArns].flat();
    this.lambda.addToRolePolicy(new PolicyStatement({ actions, resources, conditions }));
    Object.assign(this.#environment, environment);
    for (const [name, value] of Object.entries(environment))
      this.lambda.addEnvironment(name, value);
  }
}

/** The bundled code, with a hash of the output, so that only changed code is deployed. */
function bundledCode(entry: string): Code {
  return Code.fromAsset(join(PROJECT_ROOT, 'functions'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK deduplicates assets by this command, so it must differ per function.
      command: [entry],
      // Required, but never run.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle: (folder) => {
          execFileSync(execPath, [BUNDLER, entry, folder], {
            stdio: ['ignore', 'ignore', 'inherit'],
          });
          return true;
        },
      },
    },
  });
}

/**
 * A small young generation: a call leaves little behind, so that many short pauses of the garbage
 * collector cost less of the slowest calls, and of the memory, than few long ones.
 */
const NODE_OPTIONS = '--max-semi-space-size=2';

function environmentFor(config: StageConfig): Record<string, string> {
  return {
    NODE_OPTIONS,
    [ENV.corsOrigins]: config.corsOrigins.join(','),
    [ENV.adminUsername]: config.adminUsername,
    [ENV.reservedNames]: config.reservedNames.join(','),
    [ENV.releasedNameRestSeconds]: String(config.releasedNameRestDays * 86_400),
    [ENV.recentSignInSeconds]: String(config.recentSignInMinutes * 60),
    [ENV.emailChange]: config.emailChange,
    [ENV.allowHttpAvatars]: String(config.allowHttpAvatars),
    [ENV.profileSource]: config.profileSource,
    [ENV.profileAttributes]: JSON.stringify(config.profileAttributes),
    [ENV.notices]: '',
  };
}
