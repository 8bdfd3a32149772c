/**
 * The one way to the local cloud: the environment of child processes and the settings of SDK
 * clients. Both hold dummy credentials and a loopback address, so that nothing reaches real AWS.
 */
import { delimiter, join } from 'node:path';
import { UserFacingError } from './progress.ts';

/** The region everything is deployed to. */
export const REGION = 'us-east-1';
/** The account of the local cloud. */
export const ACCOUNT_NUMBER = '000000000000';

/** The project's folder. */
export const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
/** Where everything that is made here is kept, outside version control. */
export const LOCAL_FOLDER = join(PROJECT_ROOT, '.local');

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];
/** Variables that children of the cloud may inherit; all else could lead somewhere else. */
const INHERITED = ['LANG', 'LC_ALL', 'LC_CTYPE', 'TZ'];

/**
 * The origin of an address on this machine, by number where it says localhost, because bucket
 * names become host names otherwise.
 * @throws UserFacingError for any other address
 */
export function loopbackOrigin(address: string): string {
  const url = URL.parse(address);
  if (url?.protocol !== 'http:' || !LOOPBACK_HOSTS.includes(url.hostname)) {
    throw new UserFacingError(
      `Only a cloud on this machine is used (http://127.0.0.1:4566): not ${address}.`,
    );
  }
  if (url.hostname === 'localhost') url.hostname = '127.0.0.1';
  return url.origin;
}

/** Settings of an SDK client of the local cloud: all that the environment could set otherwise. */
export function clientSettings(endpoint: string) {
  return {
    endpoint: loopbackOrigin(endpoint),
    region: REGION,
    credentials: CREDENTIALS,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
  };
}

type Environment = Record<string, string | undefined>;

/**
 * The whole environment of a process that talks to the cloud or is part of it. Its home is the
 * given folder, so that no configuration of the person's own is found; the project's Node is the
 * first on its path.
 */
export function cloudEnvironment(endpoint: string, folder: string, own = process.env): Environment {
  const inherited = INHERITED.map((name) => [name, own[name]]);
  return {
    ...Object.fromEntries(inherited),
    PATH: [join(PROJECT_ROOT, 'node_modules', '.bin'), own['PATH']].join(delimiter),
    HOME: folder,
    TMPDIR: folder,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ENDPOINT_URL: loopbackOrigin(endpoint),
    AWS_CONFIG_FILE: join(folder, 'no-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: '1',
    NO_COLOR: '1',
  };
}

/** The environment of a process that has no business with any cloud: the own one without AWS's. */
export function environmentWithoutAws(own = process.env): Environment {
  return Object.fromEntries(Object.entries(own).filter(([name]) => !/^(AWS|CDK)_/i.test(name)));
}
