/** A record as it was read; `version` says which writing it is. */
export interface StoredRecord {
  readonly text: string;
  readonly version: string;
}

/**
 * Keeps small secret texts by name: site keys with what is needed to refresh them, the memory of a guard. Processes that share a
 * store see each other's writes; `write` decides between them.
 */
export interface KeyStore {
  /** @returns undefined when there is none of this name */
  read(name: string): Promise<StoredRecord | undefined>;
  /**
   * Writes whole or not at all, and durable when it returns, if the record is still as it was read: compare and set.
   * @param before the version that was read; undefined: there is none yet
   * @returns its new version; undefined when somebody else has written in between
   */
  write(name: string, text: string, before: string | undefined): Promise<string | undefined>;
  names(): Promise<readonly string[]>;
  /**
   * Keeps other processes off a record for as long as this one works on it; what a dead process left is taken over. A store that
   * has none leaves it to `write`: a refresh that two begin is one request to the server all the same.
   * @returns gives it back; undefined while somebody else has it
   */
  lock?(name: string): Promise<(() => Promise<void>) | undefined>;
  /** what a store bears that is made for little that seldom changes @default none */
  readonly bounds?: Bounds;
  /** @returns where a person finds the record: the name of the secret and its region, the path of the file */
  whereIs?(name: string): Promise<string>;
}

export interface Bounds {
  /** of one record, in UTF-8 */
  readonly bytes: number;
  /** between two writings of one record, again and again */
  readonly restMs: number;
}

/** The store can't be read or written; the message says the mend. */
export class StoreUnusableError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'StoreUnusable';
  }
}

/** A record that others write over whenever it was read. */
export function overwritten(name: string): StoreUnusableError {
  return new StoreUnusableError(`The record ${name} changes all the time: who else writes there?`);
}

/** Where the records of keys are, among others in a store. */
export const placeOfKeys = 'keys/';

/** @param encoded as `encodeURIComponent` does it @returns undefined for the name of something else that lies among the records */
export function decodedName(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** A part of a store: all names begin with `place`, and nobody needs to say it. */
export function inPlace(store: KeyStore, place: string): KeyStore {
  const lock = store.lock?.bind(store);
  return {
    read: async name => await store.read(place + name),
    write: async (name, text, before) => await store.write(place + name, text, before),
    names: async () =>
      (await store.names()).filter(name => name.startsWith(place)).map(name => name.slice(place.length)),
    ...(lock && { lock: async name => await lock(place + name) }),
  };
}
