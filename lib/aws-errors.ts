/** Tells transient errors of AWS calls from permanent ones. Knows no service. */

const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded/;

/** Name of an AWS error (its exception's name), or null for anything that is no error. */
export function errorName(error: unknown): string | null {
  return error instanceof Error ? error.name : null;
}

/** True for an AWS error that asks to slow down. */
export function isThrottled(error: unknown): boolean {
  return error instanceof Error && THROTTLED.test(error.name);
}

/**
 * True for an AWS error whose call may succeed when tried again: throttling, a status of 500 or
 * above, a successful response that broke off or cannot be read, or no response at all (SDK errors
 * then carry no HTTP status).
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isThrottled(error)) return true;
  const status = httpStatus(error);
  return status === undefined ? isNetworkError(error) : status >= 500 || status < 400;
}

// The last are Node.js's for what is no HTTP.
const NETWORK_CODES = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|HPE_)/;

function isNetworkError(error: Error): boolean {
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return true;
  return 'code' in error && typeof error.code === 'string' && NETWORK_CODES.test(error.code);
}

function httpStatus(error: Error): number | undefined {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object') return undefined;
  const metadata = error.$metadata;
  if (metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
