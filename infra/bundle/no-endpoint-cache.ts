/**
 * Stands in for `@aws-sdk/endpoint-cache` in the functions' bundles. Endpoint discovery is off
 * unless it is asked for, and the real cache brings data structures that no call of ours reaches.
 * Must not import anything of ours.
 */

/** A cache that holds nothing; made by the SDK's client, and never asked. */
export class EndpointCache {}
