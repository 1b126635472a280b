import type { Runtime } from './runtime.ts';

/** Creates a cache with a lifetime in seconds; the oldest entries are evicted. Failed loads are not cached; concurrent loads are shared. */
export function createTimedCache<T>(runtime: Runtime, seconds: number, capacity = 1000) {
  const entries = new Map<string, { until: number; value: Promise<T> }>();
  return {
    async get(key: string, load: () => Promise<T>): Promise<T> {
      const known = entries.get(key);
      if (known && known.until > runtime.now()) return await known.value;
      const value = load();
      entries.delete(key);
      const oldest = entries.keys().next();
      if (entries.size >= capacity && !oldest.done) entries.delete(oldest.value);
      entries.set(key, { until: runtime.now() + seconds, value });
      try {
        return await value;
      } catch (error) {
        entries.delete(key);
        throw error;
      }
    },
    forget(key: string): void {
      entries.delete(key);
    },
  };
}
