/**
 * Settings of every AWS client of the functions: an attempt that hangs is abandoned and retried well
 * within the functions' timeout. Without the last one the SDK only warns of an attempt that hangs.
 */
export const AWS_CLIENT_CONFIG = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};
