/** Why a call of AWS failed, in words for an operator, and what an SDK says left out. */
import { UnavailableError } from '../../lib/account/errors.ts';
import { errorName, isTransient } from '../../lib/aws-errors.ts';

const DENIED = /^(AccessDenied|UnauthorizedOperation|NotAuthorized)/;
const CREDENTIALS =
  /^(ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch|TokenRefreshRequired|InvalidAccessKeyId|MissingAuthenticationToken)/;

/** True for an error that says that the credentials lack a right. */
export function isDenied(error: unknown): boolean {
  return DENIED.test(errorName(error) ?? '');
}

/** A clause without a full stop, such as `your credentials may not call logs:PutLogEvents`. */
export function failureReason(error: unknown): string {
  return awsReason(error) ?? `it failed unexpectedly (${nameAndMessage(error)})`;
}

/** The same for the failures of AWS that an operator can meet; null for all others. */
export function awsReason(error: unknown): string | null {
  const cause = error instanceof UnavailableError ? (error.cause ?? error) : error;
  const name = errorName(cause) ?? '';
  const message = cause instanceof Error ? cause.message : '';
  if (isDenied(cause)) {
    const action = /perform: ?([\w-]+:\w+)/.exec(message)?.[1];
    return `your credentials may not call ${action ?? 'this operation'}`;
  }
  if (name === 'CredentialsProviderError' || /could not load credentials/i.test(message)) {
    return 'no AWS credentials were found';
  }
  if (CREDENTIALS.test(name)) return `AWS does not accept your credentials (${name})`;
  if (/region is missing/i.test(message)) return 'no region is set, for example with AWS_REGION';
  if (/invalid region/i.test(message)) return 'the region that is set is no region';
  const host = /ENOTFOUND (\S+)/.exec(message)?.[1];
  if (host !== undefined) return `there is no ${host}, so the region may be wrong`;
  if (name === 'ResourceNotFoundException') return 'it does not exist';
  return error instanceof UnavailableError || isTransient(cause) ? 'AWS did not respond' : null;
}

function nameAndMessage(error: unknown): string {
  return String(error).replace(/\s+/g, ' ').replace(/\.$/, '');
}
