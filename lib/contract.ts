/** Facts that the functions share with the stack and the tools. Imports nothing of this project. */

/** The functions' timeout: no request lives longer. */
export const FUNCTION_TIMEOUT_SECONDS = 10;

/**
 * How long the request that opened an intent is alone in working on it. Three times a request's
 * life: a call that it sent last may still be carried out, and the clocks of machines differ.
 */
export const LEASE_SECONDS = 3 * FUNCTION_TIMEOUT_SECONDS;
