/** The outputs of a deployed stack, parsed once for every tool. */
import * as v from 'valibot';
import { SIGN_IN_NAMES } from '../../lib/contract.ts';

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
