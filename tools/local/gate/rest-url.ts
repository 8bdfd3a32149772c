/** Which stage of which REST API a request calls: by path as the tools do, or by host as on AWS. */
import type { GateRequest } from './gate.ts';

/** A call of a deployed REST API. */
export interface RestCall {
  apiId: string;
  stage: string;
  /** Below the stage, as sent; starts with a slash. */
  path: string;
  /** Without the question mark, as sent. */
  query: string;
}

const BY_PATH = /^\/_aws\/execute-api\/([^/?]+)\/([^/?]+)(\/[^?]*)?(?:\?(.*))?$/;
const BY_HOST = /^\/()([^/?]+)(\/[^?]*)?(?:\?(.*))?$/;

/** Null for requests to anything else. */
export function parseRestCall({ url, headers }: GateRequest): RestCall | null {
  const [, apiOfHost] = /^([a-z0-9]+)\.execute-api\./.exec(headers.host ?? '') ?? [];
  const match = (apiOfHost === undefined ? BY_PATH : BY_HOST).exec(url);
  if (match === null) return null;
  const [, apiOfPath = '', stage = '', path = '/', query = ''] = match;
  return { apiId: apiOfHost ?? apiOfPath, stage, path, query };
}
