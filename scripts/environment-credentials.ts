import { fromEnv } from '@aws-sdk/credential-provider-env';

/** Stands in for the SDK's default chain in our bundles (scripts/bundle.ts says why). */
export const defaultProvider = fromEnv;
