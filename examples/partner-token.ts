import type { KeyStore } from '../sdk/index.ts';

const name = 'partner-token';

/** What HWF shows to Boost, so that not everybody on the network is given a key. @throws with the mend */
export async function partnerToken(store: KeyStore): Promise<string> {
  const record = await store.read(name);
  if (record) return record.text;
  throw new Error(
    `HWF and Boost share a token, but ${await store.whereIs?.(name)} is missing: put the same into both stores.`,
  );
}
