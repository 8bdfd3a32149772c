/**
 * The service on user pools of every kind, deployed into the cloud of the global set-up by the first
 * test file that asks.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CognitoIdentityProvider,
  type CreateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import * as v from 'valibot';
import { inject } from 'vitest';
import type { SignInNames } from '../../lib/contract.ts';
import { onLocalCloud } from '../../tools/local/deployment.ts';
import { registerIdentityProvider } from '../../tools/local/identity-provider.ts';
import { trackSessions } from '../../tools/local/session-tracking.ts';
import { ChildProcesses } from '../../tools/support/child-processes.ts';
import {
  clientSettings,
  cloudEnvironment,
  LOCAL_FOLDER,
  PROJECT_ROOT,
} from '../../tools/support/cloud-access.ts';
import { deploymentNamed, StackOutputsSchema } from '../../tools/support/stack-outputs.ts';
import { stack } from './deployed-service.ts';
import { type ServiceClient, serviceOn } from './service-client.ts';

/** A deployment on a pool of its own, or on an existing one made so. */
interface Kind {
  signInNames: SignInNames;
  emailChange: 'immediate' | 'verified';
  existing?: Partial<CreateUserPoolCommandInput>;
}

const KEEPS_UNPROVEN = {
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email' as const] },
};
/** By the name of the stack. */
const KINDS = {
  'existing-aliases': {
    signInNames: 'aliases',
    emailChange: 'verified',
    existing: { AliasAttributes: ['preferred_username', 'email'], ...KEEPS_UNPROVEN },
  },
  email: { signInNames: 'email', emailChange: 'immediate' },
  'existing-email': {
    signInNames: 'email',
    emailChange: 'verified',
    existing: { UsernameAttributes: ['email'], ...KEEPS_UNPROVEN },
  },
  username: { signInNames: 'username', emailChange: 'verified' },
  // No alias at all: a rename changes nothing at sign-in.
  'existing-username': { signInNames: 'username', emailChange: 'immediate', existing: {} },
} satisfies Record<string, Kind>;
export type KindName = keyof typeof KINDS;
const NAMES = Object.keys(KINDS) as KindName[];

const cloudFolder = inject('cloudFolder');
const folder = join(cloudFolder, 'kinds');
const outputsFile = join(folder, 'outputs.json');
const OutputsSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.record(v.string(), v.record(v.string(), v.string())),
);
/** The stack of `examples/own-app`. */
export const OWN_APP = 'our-accounts';

/** Milliseconds that the first file may wait for them, on a machine with much else to do. */
export const DEPLOYMENT_TIMEOUT = 300_000;

/** The deployed kinds, by name, and the service in the stack of `examples/own-app`. */
export async function deployedKinds(): Promise<Record<KindName | typeof OWN_APP, ServiceClient>> {
  const known = await readFile(outputsFile, 'utf8').catch(() => null);
  const outputs = v.parse(OutputsSchema, known ?? (await deployKinds()));
  const clients = [...NAMES, OWN_APP].map((name) => {
    const found = deploymentNamed(name, outputs[name] ?? {});
    const parsed = v.parse(StackOutputsSchema, found.outputs);
    const deployment = onLocalCloud(parsed, stack.endpointUrl);
    return [name, serviceOn(deployment, stack.identityProvider.name)] as const;
  });
  if (known === null) {
    for (const [, client] of clients) await completePool(client);
  }
  return Object.fromEntries(clients) as Awaited<ReturnType<typeof deployedKinds>>;
}

async function completePool({ stack: deployment }: ServiceClient): Promise<void> {
  const { url } = stack.identityProvider;
  await registerIdentityProvider(stack.endpointUrl, deployment.userPoolId, url);
  await trackSessions(deployment);
}

/** All in one go, which shares the start of the tool and the bundles. @returns the outputs as JSON */
async function deployKinds(): Promise<string> {
  await mkdir(folder, { recursive: true });
  const stacks: Record<string, Record<string, string>> = {};
  for (const name of NAMES) stacks[name] = await settingsOf(name);
  const children = new ChildProcesses(join(LOCAL_FOLDER, 'kinds.log'));
  const options = { env: cloudEnvironment(stack.endpointUrl, folder), cwd: PROJECT_ROOT };
  const context = ['-c', `stacks=${JSON.stringify(stacks)}`];
  const app = ['--app', 'node test/support/kinds-app.ts', '--all', '--concurrency', '6'];
  const paths = ['--output', join(folder, 'cdk.out'), '--outputs-file', outputsFile];
  const quiet = ['--require-approval', 'never', '--no-notices', '--no-color'];
  try {
    await children.run('cdk', ['deploy', ...app, ...context, ...paths, ...quiet], options);
  } finally {
    await children.stop();
  }
  return readFile(outputsFile, 'utf8');
}

async function settingsOf(name: KindName): Promise<Record<string, string>> {
  const { signInNames, emailChange, existing }: Kind = KINDS[name];
  const identityProviders = stack.identityProvider.name;
  const settings = { signInNames, emailChange, identityProviders };
  if (existing === undefined) return settings;
  const userPoolId = await anExistingPool(name, existing);
  return { ...settings, userPoolId, signInUrl: `https://${name}.auth.example.com` };
}

/** A pool as an account may have had it for years, with a domain. */
async function anExistingPool(name: string, given: Partial<CreateUserPoolCommandInput>) {
  const cognito = new CognitoIdentityProvider(clientSettings(stack.endpointUrl));
  const { UserPool } = await cognito.createUserPool({
    PoolName: name,
    UsernameConfiguration: { CaseSensitive: false },
    AutoVerifiedAttributes: ['email'],
    ...given,
  });
  const UserPoolId = UserPool?.Id ?? '';
  await cognito.createUserPoolDomain({ UserPoolId, Domain: name, ManagedLoginVersion: 2 });
  cognito.destroy();
  return UserPoolId;
}
