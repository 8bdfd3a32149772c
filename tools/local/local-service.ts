/** Runs the whole service on the local cloud, for `npm start` and the tests. */
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { operatorPorts } from '../operators/operator-target.ts';
import { ChildProcesses } from '../support/child-processes.ts';
import { clientSettings, LOCAL_FOLDER, PROJECT_ROOT } from '../support/cloud-access.ts';
import { explainDiskFailure } from '../support/disk-failure.ts';
import { createProgress, type Progress } from '../support/progress.ts';
import { ensurePythonEnvironment } from '../support/python-environment.ts';
import type { LocalStack } from '../support/stack-file.ts';
import { makeDemoAccounts, SSO_IDENTITY } from './demo-accounts.ts';
import { deploy } from './deployment.ts';
import {
  PROVIDER_NAME,
  registerIdentityProvider,
  startIdentityProvider,
} from './identity-provider.ts';
import { type LocalCloud, startCloud } from './local-cloud.ts';
import { NOTICES, verifySender } from './mail-sender.ts';
import { reservePort } from './ports.ts';
import { trackSessions } from './session-tracking.ts';
import { removeTemporaryFolder, temporaryFolder } from './temporary-folder.ts';
import { openWebPages, type PagePorts } from './web-pages.ts';

/** Options of a service. */
export interface LocalServiceOptions {
  /** Name of the log: `.local/<name>.log`. */
  name: string;
  /** Folder for its temporary files, which is made and removed. @default a new one */
  folder?: string;
  /** Port of 127.0.0.1 for the cloud; 0 for a free one. */
  cloudPort: number;
  /** Ports of the example app and the API reference. @default both are off */
  pages?: PagePorts;
  /** Redirect URIs of the sign-in besides that of the example app. @default those of the stack */
  callbackUrls?: readonly string[];
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
 * @throws UserFacingError on failure, after stopping everything it started; the signal's reason
 */
export async function startLocalService(options: LocalServiceOptions): Promise<LocalService> {
  const { folder = temporaryFolder() } = options;
  const cleanup = new AsyncDisposableStack();
  try {
    const service = await startParts({ ...options, folder }, cleanup);
    return { ...service, folder, stop: () => cleanup.disposeAsync() };
  } catch (error) {
    // Before the files are gone that filled the disk.
    const explained = await explainDiskFailure(error, [tmpdir(), LOCAL_FOLDER]);
    await cleanup.disposeAsync();
    options.signal?.throwIfAborted();
    throw explained;
  }
}

/** @param cleanup is given what has to be ended, whatever comes of the start */
async function startParts(
  options: LocalServiceOptions & { folder: string },
  cleanup: AsyncDisposableStack,
): Promise<Pick<LocalService, 'stack' | 'ended'>> {
  const { folder, signal } = options;
  // First, because a running service of the same name may use the files below.
  const port = await reservePort(options.cloudPort);
  const pages = await openWebPages(options.pages ?? { appPort: null, docsPort: null });
  cleanup.defer(() => pages.stop());
  cleanup.defer(() => removeTemporaryFolder(folder));
  await mkdir(folder, { mode: 0o700 });
  const logFile = join(LOCAL_FOLDER, `${options.name}.log`);
  const children = new ChildProcesses(logFile, folder);
  cleanup.defer(() => children.stop());
  const abort = () => void children.stop();
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  const progress = createProgress(
    options.print ?? (() => undefined),
    relative(PROJECT_ROOT, logFile),
  );
  const cloud = await startOwnCloud(port, { children, folder, progress });
  // A connection that a process keeps would hold the servers open.
  const stopAfterChildren = (server: { stop(): Promise<void> }) =>
    cleanup.defer(() => children.stop().then(() => server.stop()));
  stopAfterChildren(cloud);
  const { endpoint, ended } = cloud;
  // Ends what runs against the cloud, which would otherwise try until its own timeout.
  void ended.then(abort);
  const provider = await startIdentityProvider(endpoint, SSO_IDENTITY);
  stopAfterChildren(provider);
  const { appUrl, docsUrl, callbackUrl } = pages;
  const context = { children, folder, progress, providerName: PROVIDER_NAME };
  const chosenUrls = [callbackUrl ?? [], options.callbackUrls ?? []].flat();
  const settings = { ...NOTICES, ...options.settings };
  const target = { ...context, settings, callbackUrls: chosenUrls };
  const deployment = await deploy(children, endpoint, target, progress);
  await pages.publish({ ...context, deployment });
  const accounts = await progress('Creating the demo accounts', async () => {
    await registerIdentityProvider(endpoint, deployment.userPoolId, provider.url);
    await trackSessions(deployment);
    await verifySender(endpoint, NOTICES.noticesFrom);
    return makeDemoAccounts(operatorPorts(deployment, clientSettings(endpoint)));
  });
  signal?.throwIfAborted();
  const identityProvider = { name: PROVIDER_NAME, url: provider.url, identity: SSO_IDENTITY };
  const callbackUrls = chosenUrls.length > 0 ? chosenUrls : [deployment.redirectUri];
  const urls = { callbackUrls, appUrl, docsUrl };
  return { stack: { ...deployment, ...urls, identityProvider, ...accounts }, ended };
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
