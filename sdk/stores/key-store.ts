/** A record as read; `version` identifies the write. */
export interface StoredRecord {
  readonly text: string;
  readonly version: string;
}

/**
 * Stores small secret texts by name: keys with their refresh state, the knowledge of a guard. Processes that share a
 * store see each other's writes; `write` resolves conflicts.
 */
export interface KeyStore {
  /** Reads a record; undefined when there is none of this name. */
  read(name: string): Promise<StoredRecord | undefined>;
  /**
   * Writes a record atomically and durably if it is unchanged since it was read (compare and set).
   * @param before the version that was read; undefined: the record does not exist yet
   * @returns the new version; undefined when another process has written in between
   */
  write(name: string, text: string, before: string | undefined): Promise<string | undefined>;
  names(): Promise<readonly string[]>;
  /**
   * Locks a record for this process; takes over the lock of a dead process. Optional: without a lock, `write` resolves
   * conflicts, and concurrent refreshes are one idempotent request.
   * @returns releases the lock; undefined while another process holds it
   */
  lock?(name: string): Promise<(() => Promise<void>) | undefined>;
  /** Limits of a store that is made for small records which seldom change. @default none */
  readonly limits?: StoreLimits;
  /** Describes the location of a record for people: the name of the secret and its region, the path of the file. */
  locationOf?(name: string): Promise<string>;
}

export interface StoreLimits {
  /** Size of one record in bytes of UTF-8. */
  readonly maxRecordBytes: number;
  /** Sustained interval between two writes of one record, in milliseconds. */
  readonly minWriteIntervalMs: number;
}

/** Thrown when a store can't be read or written; the message states the remedy. */
export class StoreError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'StoreError';
  }
}

/** Returns the error of a record that changes at every attempt to write it. */
export function contendedRecord(name: string): StoreError {
  return new StoreError(`The record ${name} changes constantly. Check which other process writes it.`);
}

/** Prefix of the records of keys in a store. */
export const keysPrefix = 'keys/';

/** Decodes the name of a record. @param encoded by `encodeURIComponent` @returns undefined for a name that is not of a record */
export function decodedName(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** Returns a view of a store that prepends a prefix to all names. */
export function withPrefix(store: KeyStore, prefix: string): KeyStore {
  const lock = store.lock?.bind(store);
  return {
    read: async name => await store.read(prefix + name),
    write: async (name, text, before) => await store.write(prefix + name, text, before),
    names: async () =>
      (await store.names()).filter(name => name.startsWith(prefix)).map(name => name.slice(prefix.length)),
    ...(lock && { lock: async name => await lock(prefix + name) }),
  };
}
