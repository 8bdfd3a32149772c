/** A ZenML server (PyPI `zenml`) that takes people from the deployed service, as a child process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { environmentWithoutAws } from '../../tools/support/cloud-access.ts';

/** Characters of the server's log that are shown when it ends. */
const LOG_LENGTH = 2000;

/** An account as the server keeps it, or why it let nobody in. */
export interface SignedIn {
  refused?: string;
  kept_id?: string;
  external_id?: string;
  name?: string;
  full_name?: string;
  email?: string | null;
  avatar_url?: string | null;
  is_admin?: boolean;
  is_service_account?: boolean;
  active?: boolean;
}

/** A running server, with a store of its own. */
export interface ZenmlServer {
  /** Signs the owner of an access token in. */
  signIn(token: string): Promise<SignedIn>;
  stop(): Promise<void>;
}

/**
 * Starts a server.
 * @param python a Python with `zenml`
 * @param userInfoUrl where it asks who has a token
 */
export async function startZenmlServer(python: string, userInfoUrl: string): Promise<ZenmlServer> {
  const folder = await mkdtemp(join(tmpdir(), 'zenml-'));
  const child = spawn(python, [join(import.meta.dirname, 'zenml_server.py')], {
    env: {
      ...environmentWithoutAws(),
      HOME: folder,
      ZENML_ANALYTICS_OPT_IN: 'false',
      ZENML_CONFIG_PATH: folder,
      ZENML_SERVER_AUTH_SCHEME: 'EXTERNAL',
      ZENML_SERVER_EXTERNAL_LOGIN_URL: userInfoUrl,
      ZENML_SERVER_EXTERNAL_USER_INFO_URL: userInfoUrl,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // Not into a log file: it may hold e-mail addresses.
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log = `${log}${text}`.slice(-LOG_LENGTH);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`The ZenML server ended:\n${log}`);
    return JSON.parse(value);
  };
  await next();
  return {
    signIn: (token) => {
      child.stdin.write(`${token}\n`);
      return next();
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
