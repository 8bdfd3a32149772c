/**
 * Access to the local cloud: environments of child processes and settings of SDK clients. Both use
 * dummy credentials and a loopback endpoint, so that nothing reaches real AWS.
 */
import { delimiter, join } from 'node:path';
import { UserFacingError } from './progress.ts';

/** Region of local deployments. */
export const REGION = 'us-east-1';
/** Account id of the local cloud. */
export const ACCOUNT_NUMBER = '000000000000';

/** Root folder of the project. */
export const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
/** Folder for generated files, outside version control. */
export const LOCAL_FOLDER = join(PROJECT_ROOT, '.local');

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '[::1]'];
/** Variables that processes of the cloud inherit; others could point to real AWS. */
const INHERITED = ['LANG', 'LC_ALL', 'LC_CTYPE', 'TZ'];

/**
 * The origin of a loopback URL. `localhost` becomes 127.0.0.1, because SDK clients would prepend
 * bucket names to a host name.
 * @throws UserFacingError for any other URL
 */
export function loopbackOrigin(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol !== 'http:' || !LOOPBACK_HOSTS.includes(url.hostname)) {
    throw new UserFacingError(
      `Only a cloud on this machine can be used, such as http://127.0.0.1:4566, not ${text}.`,
    );
  }
  if (url.hostname === 'localhost') url.hostname = '127.0.0.1';
  return url.origin;
}

/** Settings of an SDK client for the local cloud, overriding everything the environment could set. */
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
 * The complete environment of a process that uses the cloud or is part of it. HOME is the given
 * folder, so that no personal AWS configuration is found; the project's Node.js is first on PATH.
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

/** The current environment with all AWS_* and CDK_* variables removed. */
export function environmentWithoutAws(own = process.env): Environment {
  return Object.fromEntries(Object.entries(own).filter(([name]) => !/^(AWS|CDK)_/i.test(name)));
}
