/**
 * Budget of one call to AWS: a try that hangs is given up, and tried again, well within the
 * functions' timeout. Without the last setting the SDK would only warn of a try that hangs.
 */
export const AWS_CLIENT_CONFIG = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};
