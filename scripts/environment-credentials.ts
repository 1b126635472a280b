/** Stands in for the SDK's default chain in our bundles (scripts/bundle.ts). */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
