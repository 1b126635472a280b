import type { KeyStore } from '../sdk/index.ts';

const name = 'partner-token';

/** Reads the token by which HWF authenticates to Boost. @throws Error with the remedy */
export async function partnerToken(store: KeyStore): Promise<string> {
  const record = await store.read(name);
  if (record) return record.text;
  throw new Error(
    `The token of HWF and Boost is missing: expected ${await store.locationOf?.(name)}. Put the same token into both stores.`,
  );
}
