/** Runs the whole service on the local cloud, for `npm start` and the tests. */
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
import { type LocalCloud, reservePort, startCloud } from './local-cloud.ts';
import { NOTICES, verifySender } from './mail-sender.ts';
import { trackSessions } from './session-tracking.ts';
import { openWebPages, type PagePorts } from './web-pages.ts';

/** Options of a service. */
export interface LocalServiceOptions {
  /** Name of the log: `.local/<name>.log`. */
  name: string;
  /** Port of 127.0.0.1 for the cloud; 0 for a free one. */
  cloudPort: number;
  /** Ports of the example app and the API reference. @default both are off */
  pages?: PagePorts;
  /** Settings of the stack besides those of its mail. @default those of the stack */
  settings?: Readonly<Record<string, string>>;
  /** Receives lines of progress. @default silent */
  print?: (line: string) => void;
  /** Stops the service, also during start-up. */
  signal?: AbortSignal;
}

/** A running service. */
export interface LocalService {
  stack: LocalStack;
  /** State of a cloud that was started here, including the user pools' signing keys. */
  folder: string;
  /** Resolves when the cloud exits for any reason. */
  ended: Promise<unknown>;
  /** Ends all started processes and removes their files, except the log. */
  stop(): Promise<void>;
}

/**
 * Starts the cloud, deploys the stack and creates the demo accounts.
 * @throws UserFacingError on failure, after stopping everything it started
 */
export async function startLocalService(options: LocalServiceOptions): Promise<LocalService> {
  // First, because a running service of the same name may use the files below.
  const port = await reservePort(options.cloudPort);
  const pages = options.pages ? await openWebPages(options.pages) : null;
  const logFile = join(LOCAL_FOLDER, `${options.name}.log`);
  const folder = await mkdtemp(join(tmpdir(), 'current-user-'));
  const children = new ChildProcesses(logFile);
  let cloud: LocalCloud | null = null;
  let provider: IdentityProvider | null = null;
  const stop = async () => {
    await children.stop();
    await Promise.all([cloud?.stop(), provider?.stop(), pages?.stop()]);
    cloud = null;
    provider = null;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const abort = () => void children.stop();
  options.signal?.addEventListener('abort', abort);
  const print = options.print ?? (() => undefined);
  const progress = createProgress(print, relative(PROJECT_ROOT, logFile));
  try {
    cloud = await startOwnCloud(port, { children, folder, progress });
    const { endpoint, ended } = cloud;
    // Ends what runs against the cloud, which would otherwise try until its own timeout.
    void ended.then(abort);
    provider = await startIdentityProvider(endpoint, SSO_IDENTITY);
    const { url } = provider;
    const context = { children, folder, progress, providerName: PROVIDER_NAME };
    const settings = { ...NOTICES, ...options.settings };
    const target = { ...context, settings, callbackUrl: pages?.callbackUrl ?? null };
    const deployment = await deploy(children, endpoint, target, progress);
    await pages?.publish({ ...context, deployment });
    const accounts = await progress('Creating the demo accounts', async () => {
      await registerIdentityProvider(endpoint, deployment.userPoolId, url);
      await trackSessions(deployment);
      await verifySender(endpoint, NOTICES.noticesFrom);
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
