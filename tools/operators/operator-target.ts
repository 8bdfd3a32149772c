/**
 * Connects the account tool to a deployment: the local service of `npm start`, or a named stack on
 * AWS, with the operator's own credentials.
 */
import { randomBytes } from 'node:crypto';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { systemRuntime } from '../../functions/system-runtime.ts';
import { errorName } from '../../lib/aws-errors.ts';
import { createCognitoAdmin } from '../../lib/directory/cognito-admin.ts';
import { createCognitoDirectory } from '../../lib/directory/cognito-directory.ts';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { createDynamoAccountIndex } from '../../lib/store/dynamo-account-index.ts';
import { createDynamoUserStore } from '../../lib/store/dynamo-user-store.ts';
import { clientSettings } from '../support/cloud-access.ts';
import { readStackFile } from '../support/stack-file.ts';
import {
  deploymentNamed,
  type FoundDeployment,
  type ResourceOutputs,
  ResourceOutputsSchema,
  stackNameOf,
} from '../support/stack-outputs.ts';
import { logGroupSink, printedSink } from './audit-sinks.ts';
import { createAuditTrail } from './audit-trail.ts';
import { audited, type Journal } from './audited-ports.ts';
import { awsReason } from './aws-failure.ts';
import { openNotices } from './owner-notices.ts';

/** Settings of SDK clients; empty for those of the SDK's default chain. */
export type ClientSettings = Partial<ReturnType<typeof clientSettings>>;

/** A deployment that a command works on. */
export interface Deployment {
  /** As questions name it. */
  place: string;
  userPoolId: string;
  /** Their writes are audited, and counted in `journal`. */
  ports: OperatorPorts;
  journal: Journal;
}

/** How a command wants to work on a deployment. */
export interface Connection {
  /** A stack on AWS; undefined for the local service. */
  stackName: string | undefined;
  /** The command, for its audit lines. */
  command: string;
  /** True where audit lines are printed instead. */
  withoutAudit: boolean;
  /** Receives lines for the operator to keep. */
  keep: (line: string) => void;
}

/** @throws OperationError, UserFacingError when there is no such deployment */
export async function connect(connection: Connection): Promise<Deployment> {
  const { stackName, command, withoutAudit, keep } = connection;
  const local = stackName === undefined ? await readStackFile() : null;
  const resources = local ?? (await resourcesOf(stackName ?? ''));
  const settings = local === null ? {} : clientSettings(local.endpointUrl);
  const sink = withoutAudit
    ? printedSink(keep, settings)
    : logGroupSink(resources.auditLogGroupName, settings);
  const journal = { writes: 0 };
  const trail = createAuditTrail(sink, command, keep);
  return {
    place: local === null ? await placeOf(stackName ?? '') : 'the local service',
    userPoolId: resources.userPoolId,
    ports: audited(operatorPorts(resources, settings), trail, journal),
    journal,
  };
}

/** A stack with the region of the operator's settings, as questions name it. */
async function placeOf(stackName: string): Promise<string> {
  return `the stack ${stackName} in ${await new CloudFormationClient({}).config.region()}`;
}

/** The ports on a deployment's resources, with an audit line for each of their writes. */
export function auditedPorts(resources: ResourceOutputs, settings: ClientSettings): OperatorPorts {
  const sink = logGroupSink(resources.auditLogGroupName, settings);
  return audited(
    operatorPorts(resources, settings),
    createAuditTrail(sink, 'acceptance', console.error),
  );
}

/** The table of a deployment, chosen as in `connect`. */
export async function openTable(stackName: string | undefined) {
  const local = stackName === undefined ? await readStackFile() : null;
  const settings = local === null ? {} : clientSettings(local.endpointUrl);
  const { usersTableName: tableName } = local ?? (await resourcesOf(stackName ?? ''));
  const place = local === null ? await placeOf(stackName ?? '') : 'the local service';
  return { client: DynamoDBDocumentClient.from(new DynamoDBClient(settings)), tableName, place };
}

/**
 * The outputs of a deployment on AWS, with the operator's own credentials.
 * @param name of its stack; where that holds several, of the deployment: `accounts/CurrentUser`
 * @throws UserFacingError where the name does not lead to one deployment
 */
export async function outputsOnAws(name: string): Promise<FoundDeployment> {
  const client = new CloudFormationClient({});
  const stackName = stackNameOf(name);
  const describe = new DescribeStacksCommand({ StackName: stackName });
  const { Stacks } = await client.send(describe).catch(async (error) => {
    throw await stackFailure(error, stackName, client);
  });
  const outputs = Stacks?.[0]?.Outputs ?? [];
  const all = outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]);
  return deploymentNamed(name, Object.fromEntries(all));
}

/** CloudFormation says `ValidationError` of a stack that does not exist in its region. */
async function stackFailure(error: unknown, stackName: string, client: CloudFormationClient) {
  const region = await client.config.region().catch(() => null);
  const where = region === null ? '' : ` in the region ${region}`;
  if (errorName(error) === 'ValidationError') {
    const check = 'check its name, AWS_REGION and whose credentials these are';
    return new OperationError(`There is no stack "${stackName}"${where}: ${check}.`);
  }
  const reason = awsReason(error);
  if (reason === null) return error;
  return new OperationError(`The stack "${stackName}"${where} cannot be read: ${reason}.`);
}

async function resourcesOf(name: string): Promise<ResourceOutputs> {
  const { outputs } = await outputsOnAws(name);
  const parsed = v.safeParse(ResourceOutputsSchema, outputs);
  if (!parsed.success) throw new OperationError(`"${name}" is not a stack of this service.`);
  return parsed.output;
}

/** The ports on a deployment's resources, for clients with these settings. */
export function operatorPorts(resources: ResourceOutputs, settings: ClientSettings): OperatorPorts {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
  const cognito = new CognitoIdentityProviderClient(settings);
  const directory = createCognitoDirectory(cognito, resources.userPoolId);
  const { nowSeconds } = systemRuntime;
  const releasedNameRestSeconds = resources.releasedNameRestDays * 86_400;
  return {
    store: createDynamoUserStore(documents, resources.usersTableName, {
      releasedNameRestSeconds,
      nowSeconds,
      keepsLastSuperuser: false,
    }),
    index: createDynamoAccountIndex(documents, resources.usersTableName, { nowSeconds }),
    directory,
    signInNames: resources.signInNames,
    admin: createCognitoAdmin(cognito, resources.userPoolId, directory, resources.signInNames),
    runtime: systemRuntime,
    ...(resources.notices !== '' && { notices: openNotices(resources.notices, settings) }),
    newPassword,
    adminUsername: resources.adminUsername,
    reservedNames: resources.reservedNames,
  };
}

/** A random password that satisfies every password policy and needs no quoting in a shell. */
export function newPassword(): string {
  return `Aa1-${randomBytes(15).toString('base64url')}`;
}
