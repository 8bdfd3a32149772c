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
import { audited, createAuditTrail } from './audit-trail.ts';
import { openNotices } from './owner-notices.ts';

/** Settings of SDK clients; empty for those of the SDK's default chain. */
export type ClientSettings = Partial<ReturnType<typeof clientSettings>>;

/**
 * The ports of a deployment; their writes are audited.
 * @param stackName a stack on AWS; undefined for the local service
 * @throws OperationError, UserFacingError when there is no such deployment
 */
export async function connect(stackName: string | undefined): Promise<OperatorPorts> {
  if (stackName === undefined) {
    const stack = await readStackFile();
    return auditedPorts(stack, clientSettings(stack.endpointUrl));
  }
  return auditedPorts(await resourcesOf(stackName), {});
}

/** The ports on a deployment's resources, with an audit line for each of their writes. */
export function auditedPorts(resources: ResourceOutputs, settings: ClientSettings): OperatorPorts {
  const trail = createAuditTrail(resources.auditLogGroupName, settings);
  return audited(operatorPorts(resources, settings), trail);
}

/** The table of a deployment, chosen as in `connect`. */
export async function openTable(stackName: string | undefined) {
  const local = stackName === undefined ? await readStackFile() : null;
  const settings = local === null ? {} : clientSettings(local.endpointUrl);
  const { usersTableName: tableName } = local ?? (await resourcesOf(stackName ?? ''));
  return { client: DynamoDBDocumentClient.from(new DynamoDBClient(settings)), tableName };
}

/**
 * The outputs of a deployment on AWS, with the operator's own credentials.
 * @param name of its stack; where that holds several, of the deployment: `accounts/CurrentUser`
 * @throws UserFacingError where the name does not lead to one deployment
 */
export async function outputsOnAws(name: string): Promise<FoundDeployment> {
  const client = new CloudFormationClient({});
  const command = new DescribeStacksCommand({ StackName: stackNameOf(name) });
  const { Stacks } = await client.send(command);
  const outputs = Stacks?.[0]?.Outputs ?? [];
  const all = outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]);
  return deploymentNamed(name, Object.fromEntries(all));
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
