/**
 * Stands in for `@aws-sdk/credential-provider-node` in the functions' bundles. Lambda hands its
 * credentials over in the environment; the default chain would load code for profiles, SSO and web
 * identities that never runs there, in every cold start. Must not import anything else of ours.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
