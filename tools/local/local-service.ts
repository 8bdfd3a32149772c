/** The whole service on the local cloud, for as long as one wants: `npm start` and the tests use it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { operatorPorts } from '../operators/operator-target.ts';
import { ChildProcesses } from '../support/child-processes.ts';
import { clientSettings, LOCAL_FOLDER, PROJECT_ROOT } from '../support/cloud-access.ts';
import { createProgress, type Progress, UserFacingError } from '../support/progress.ts';
import { ensurePythonEnvironment } from '../support/python-environment.ts';
import type { LocalStack } from '../support/stack-file.ts';
import { makeDemoAccounts, SSO_IDENTITY } from './demo-accounts.ts';
import { deploy } from './deployment.ts';
import {
  type IdentityProvider,
  PROVIDER_NAME,
  registerIdentityProvider,
  startIdentityProvider,
} from './identity-provider.ts';
import { findCloud, type LocalCloud, reservePort, startCloud } from './local-cloud.ts';
import { openWebPages, type PagePorts } from './web-pages.ts';

/** How a service is started. */
export interface LocalServiceOptions {
  /** Names the log: `.local/<name>.log`. */
  name: string;
  /** A cloud to start at that port of 127.0.0.1 (0 for a free one), or the address of a running one. */
  cloud: { port: number } | { address: string };
  /** Serves the example app and the page of the API as well. @default neither */
  pages?: PagePorts;
  /** Settings of the stack beside its addresses. @default those of the stack */
  settings?: Readonly<Record<string, string>>;
  /** Takes each line of progress. @default nothing is said */
  print?: (line: string) => void;
  /** Ends the service, also while it starts. */
  signal?: AbortSignal;
}

/** A running service. */
export interface LocalService {
  stack: LocalStack;
  /** Where a cloud that was started here keeps its state, the pools' signing keys among it. */
  folder: string;
  /** Resolves when the cloud ended, whether or not it was asked to. */
  ended: Promise<unknown>;
  /** Ends every process that was started and removes their files; the log stays. */
  stop(): Promise<void>;
}

/**
 * Starts the cloud, deploys the stack and makes the demonstration's accounts.
 * @throws UserFacingError whose message is one sentence; nothing is left running then
 */
export async function startLocalService(options: LocalServiceOptions): Promise<LocalService> {
  const { cloud } = options;
  // Before anything is touched that a running service of the same name may use.
  const found = 'address' in cloud ? await findCloud(cloud.address) : await reservePort(cloud.port);
  const pages = options.pages ? await openWebPages(options.pages) : null;
  const logFile = join(LOCAL_FOLDER, `${options.name}.log`);
  const folder = await mkdtemp(join(tmpdir(), 'current-user-'));
  const children = new ChildProcesses(logFile);
  let provider: IdentityProvider | null = null;
  const stop = async () => {
    await children.stop();
    await Promise.all([provider?.stop(), pages?.stop()]);
    provider = null;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const abort = () => void children.stop();
  options.signal?.addEventListener('abort', abort);
  const print = options.print ?? (() => undefined);
  const progress = createProgress(print, relative(PROJECT_ROOT, logFile));
  try {
    const { endpoint, ended } =
      typeof found === 'number'
        ? await startOwnCloud(found, { children, folder, progress })
        : found;
    provider = await startIdentityProvider(endpoint, SSO_IDENTITY);
    const { url } = provider;
    const context = { children, folder, progress, providerName: PROVIDER_NAME };
    const { settings = {} } = options;
    const target = { ...context, settings, callbackUrl: pages?.callbackUrl ?? null };
    const deployment = await deploy(children, endpoint, target, progress);
    await pages?.publish({ ...context, deployment });
    const accounts = await progress('Making the demonstration accounts', async () => {
      await registerIdentityProvider(endpoint, deployment.userPoolId, url);
      return makeDemoAccounts(operatorPorts(deployment, clientSettings(endpoint)));
    });
    const identityProvider = { name: PROVIDER_NAME, url, identity: SSO_IDENTITY };
    const { appUrl = null, docsUrl = null } = pages ?? {};
    const stack = { ...deployment, appUrl, docsUrl, identityProvider, ...accounts };
    return { stack, folder, ended, stop };
  } catch (error) {
    await stop();
    if (options.signal?.aborted) throw new UserFacingError('Stopped before the service was ready.');
    throw error;
  }
}

async function startOwnCloud(
  port: number,
  context: { children: ChildProcesses; folder: string; progress: Progress },
): Promise<LocalCloud> {
  const { children, folder, progress } = context;
  const python = await ensurePythonEnvironment('requirements', children, progress);
  return progress(`Starting the local cloud at port ${port}`, () =>
    startCloud(children, { python, port, folder }),
  );
}
