/** The outputs of a deployed stack, parsed once for every tool. */
import * as v from 'valibot';
import { SIGN_IN_NAMES } from '../../lib/contract.ts';
import { UserFacingError } from './progress.ts';

/** An output of every deployment. */
const EVERY_DEPLOYMENT = 'AuditLogGroupName';

/** The outputs of one deployment, and where it is. */
export interface FoundDeployment {
  stackName: string;
  /** What the logical ids of its resources begin with: somebody's own stack holds others as well. */
  logicalIdPrefix: string;
  /** By the names that a stack of the service alone gives them. */
  outputs: Record<string, unknown>;
}

/**
 * The deployment that a stack holds, or the named one of several.
 * @param name of the stack, or of the deployment in it, such as `accounts/CurrentUser`
 * @param all outputs of the stack
 * @throws UserFacingError where the stack holds none, or the name fits none or several
 */
export function deploymentNamed(name: string, all: Record<string, unknown>): FoundDeployment {
  const stackName = stackNameOf(name);
  const found = Object.keys(all)
    .filter((key) => key.endsWith(EVERY_DEPLOYMENT))
    .map((key) => key.slice(0, -EVERY_DEPLOYMENT.length))
    .map((logicalIdPrefix) => {
      // Stacks from before that output are the service alone.
      const outputs = { DeploymentName: stackName, ...withoutPrefix(logicalIdPrefix, all) };
      return { stackName, logicalIdPrefix, outputs };
    });
  const nameOf = ({ outputs }: FoundDeployment) => String(outputs['DeploymentName']);
  const exact = found.find((one) => nameOf(one) === name);
  if (exact) return exact;
  const [only, another] = found;
  if (only && !another && name === stackName) return only;
  const names = found.map((one) => `--stack ${nameOf(one)}`).join(' or ');
  throw new UserFacingError(
    found.length === 0
      ? `"${name}" is not a stack of this service.`
      : `The stack ${stackName} holds these deployments: say ${names}.`,
  );
}

/** The name of the stack alone; an ARN, which names a stack too, stays whole. */
export function stackNameOf(name: string): string {
  return name.startsWith('arn:') ? name : (name.split('/')[0] ?? name);
}

function withoutPrefix(prefix: string, all: Record<string, unknown>): Record<string, unknown> {
  const own = Object.entries(all).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
}

const RESOURCES = {
  UserPoolId: v.string(),
  // Deployments from before the setting have aliases.
  SignInNames: v.optional(v.picklist(SIGN_IN_NAMES), 'aliases'),
  UsersTableName: v.string(),
  AuditLogGroupName: v.string(),
  AdminUsername: v.string(),
  ReservedNames: v.optional(v.string()),
  ReleasedNameRestDays: v.string(),
  Notices: v.optional(v.string(), ''),
};
const ResourcesSchema = v.object(RESOURCES);

const toResources = (outputs: v.InferOutput<typeof ResourcesSchema>) => ({
  userPoolId: outputs.UserPoolId,
  signInNames: outputs.SignInNames,
  usersTableName: outputs.UsersTableName,
  /** The log that holds the audit lines of changes. */
  auditLogGroupName: outputs.AuditLogGroupName,
  /** Usernames of the deployment that nobody can take. */
  adminUsername: outputs.AdminUsername,
  reservedNames: outputs.ReservedNames?.split(',') ?? [],
  releasedNameRestDays: Number(outputs.ReleasedNameRestDays),
  /** Settings of the notices as JSON; empty where nobody is told. */
  notices: outputs.Notices,
});

/** Of what holds accounts. */
export const ResourceOutputsSchema = v.pipe(ResourcesSchema, v.transform(toResources));
/** Resources of a deployment that hold accounts, with the log group of the audit trail. */
export type ResourceOutputs = v.InferOutput<typeof ResourceOutputsSchema>;

const url = v.pipe(v.string(), v.url());

/** All that a tool needs of a stack. */
export const StackOutputsSchema = v.pipe(
  v.object({
    ...RESOURCES,
    DeploymentName: v.string(),
    ApiUrl: url,
    AuthorizeUrl: v.string(),
    TokenUrl: v.string(),
    SpaClientId: v.string(),
    RedirectUri: url,
    GetMeFunctionName: v.string(),
    PatchMeFunctionName: v.string(),
  }),
  v.transform((outputs) => ({
    ...toResources(outputs),
    deploymentName: outputs.DeploymentName,
    apiUrl: outputs.ApiUrl,
    authorizeUrl: outputs.AuthorizeUrl,
    tokenUrl: outputs.TokenUrl,
    spaClientId: outputs.SpaClientId,
    redirectUri: outputs.RedirectUri,
    getMeFunctionName: outputs.GetMeFunctionName,
    patchMeFunctionName: outputs.PatchMeFunctionName,
  })),
);
/** A stack by its outputs. */
export type StackOutputs = v.InferOutput<typeof StackOutputsSchema>;
