/**
 * Which deployment the account tool works on: the local cloud that `npm start` runs, or a stack on
 * AWS, which has to be named and is reached with the operator's own credentials.
 */
import { randomBytes } from 'node:crypto';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { systemRuntime } from '../../functions/system-runtime.ts';
import { createCognitoAdmin } from '../../lib/directory/cognito-admin.ts';
import { createCognitoDirectory } from '../../lib/directory/cognito-directory.ts';
import { OperationError } from '../../lib/operations/account-lookup.ts';
import type { OperatorPorts } from '../../lib/operations/ports.ts';
import { createDynamoAccountIndex } from '../../lib/store/dynamo-account-index.ts';
import { createDynamoUserStore } from '../../lib/store/dynamo-user-store.ts';
import { clientSettings } from '../support/cloud-access.ts';
import { readStackFile } from '../support/stack-file.ts';
import { audited, createAuditTrail } from './audit-trail.ts';

/** Where the accounts of a deployment are kept. */
export interface DeploymentResources {
  userPoolId: string;
  usersTableName: string;
}

/** The same, and the log that is told of what is done to them. */
interface AuditedResources extends DeploymentResources {
  auditLogGroupName: string;
}

type ClientSettings = Partial<ReturnType<typeof clientSettings>>;

const OutputsSchema = v.object({
  UserPoolId: v.string(),
  UsersTableName: v.string(),
  AuditLogGroupName: v.string(),
});

/**
 * The ports of the deployment that is meant; what is written with them is audited.
 * @param stackName a stack on AWS; without one, the service that runs on this machine
 * @throws OperationError, UserFacingError when there is no such deployment
 */
export async function connect(stackName: string | undefined): Promise<OperatorPorts> {
  if (stackName === undefined) {
    const stack = await readStackFile();
    return auditedPorts(stack, clientSettings(stack.endpointUrl));
  }
  return auditedPorts(await resourcesOf(stackName), {});
}

function auditedPorts(resources: AuditedResources, settings: ClientSettings): OperatorPorts {
  const trail = createAuditTrail(resources.auditLogGroupName, settings);
  return audited(operatorPorts(resources, settings), trail);
}

/** The table of the deployment that is meant, chosen as in `connect`. */
export async function openTable(stackName: string | undefined) {
  const local = stackName === undefined ? await readStackFile() : null;
  const settings = local === null ? {} : clientSettings(local.endpointUrl);
  const { usersTableName: tableName } = local ?? (await resourcesOf(stackName ?? ''));
  return { client: DynamoDBDocumentClient.from(new DynamoDBClient(settings)), tableName };
}

async function resourcesOf(stackName: string): Promise<AuditedResources> {
  const client = new CloudFormationClient({});
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  const outputs = Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [
    OutputKey,
    OutputValue,
  ]);
  const parsed = v.safeParse(OutputsSchema, Object.fromEntries(outputs ?? []));
  if (!parsed.success) throw new OperationError(`"${stackName}" is no stack of this service.`);
  return {
    userPoolId: parsed.output.UserPoolId,
    usersTableName: parsed.output.UsersTableName,
    auditLogGroupName: parsed.output.AuditLogGroupName,
  };
}

/** The ports of a deployment by its resources; clients take the settings given. */
export function operatorPorts(
  resources: DeploymentResources,
  settings: ClientSettings,
): OperatorPorts {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
  const cognito = new CognitoIdentityProviderClient(settings);
  const directory = createCognitoDirectory(cognito, resources.userPoolId);
  return {
    store: createDynamoUserStore(documents, resources.usersTableName),
    index: createDynamoAccountIndex(documents, resources.usersTableName),
    directory,
    admin: createCognitoAdmin(cognito, resources.userPoolId, directory),
    runtime: systemRuntime,
    newPassword,
  };
}

/** A random password that every rule of a user pool allows and no shell treats specially. */
export function newPassword(): string {
  return `Aa1-${randomBytes(15).toString('base64url')}`;
}
