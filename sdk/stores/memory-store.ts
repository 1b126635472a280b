import type { KeyStore, StoredRecord } from './key-store.ts';

/** Creates a store in memory: for tests, and for a guard that may ask the server again after a restart. */
export function createMemoryStore(): KeyStore {
  const records = new Map<string, StoredRecord>();
  let writes = 0;
  return {
    read: async name => records.get(name),
    async write(name, text, before) {
      if (records.get(name)?.version !== before) return undefined;
      const version = String(++writes);
      records.set(name, { text, version });
      return version;
    },
    names: async () => [...records.keys()],
  };
}
