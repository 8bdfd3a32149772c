/**
 * One Lambda function of this service: how it is bundled, what it may log, what it is told. Knows
 * neither table nor pool nor API; those grant themselves to it.
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
import { createLogGroup } from '../data/log-group.ts';
import type { StageConfig } from '../settings/stage-config.ts';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');

/** Makes the folder of a function; a program, because CDK waits for no promise. */
const BUNDLER = join(PROJECT_ROOT, 'infra', 'api', 'bundle', 'bundle.ts');

/** What one function of the service is made of. */
export interface ApiFunctionProps {
  /** The module below `functions/` that exports `handler`, without its ending. */
  readonly entry: string;
  /** One sentence for the console. */
  readonly description: string;
  readonly config: StageConfig;
}

/** A function that may write its own log and traces, and nothing more until granted. */
export class ApiFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
    super(scope, id);
    const { config } = props;
    this.logGroup = createLogGroup(this, 'Logs', config);
    // An own role: AWSLambdaBasicExecutionRole may create and write every log group there is.
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
      environment: environmentFor(config),
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray has no resources to name: PutTraceSegments and PutTelemetryRecords take *.',
    });
  }

  /** Lets the function take these actions on that resource, and tells it where the resource is. */
  grant(actions: string[], resourceArn: string, variables: Record<string, string>): void {
    this.lambda.addToRolePolicy(new PolicyStatement({ actions, resources: [resourceArn] }));
    for (const [name, value] of Object.entries(variables)) this.lambda.addEnvironment(name, value);
  }
}

/** The code of a function; its hash is that of what the bundler made. */
function bundledCode(entry: string): Code {
  return Code.fromAsset(join(PROJECT_ROOT, 'functions'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK takes assets with equal words here for one and the same.
      command: [entry],
      // Has to be named, and is never run.
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

function environmentFor(config: StageConfig): Record<string, string> {
  return {
    [ENV.corsOrigins]: config.corsOrigins.join(','),
    [ENV.adminUsername]: config.adminUsername,
    [ENV.recentSignInSeconds]: String(config.recentSignInMinutes * 60),
    [ENV.allowHttpAvatars]: String(config.allowHttpAvatars),
  };
}
