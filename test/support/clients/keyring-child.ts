import { createClient } from '../../../sdk/client.ts';
import { createKeyring } from '../../../sdk/keys/keyring.ts';
import { importSigningKey } from '../../../sdk/signing-key.ts';
import { openFileStore } from '../../../sdk/stores/file-store.ts';

/** A process that refreshes a key and is killed at its nth step outward, before or after it. */
const { url, keyid, pem, root, folder, nth, when, now } = JSON.parse(process.argv[2] ?? '{}');

let steps = 0;
function fatal<A extends unknown[], R>(work: (...given: A) => Promise<R>): (...given: A) => Promise<R> {
  return async (...given) => {
    const strikes = ++steps === nth;
    if (strikes && when === 'before') process.kill(process.pid, 'SIGKILL');
    const result = await work(...given);
    if (strikes && when === 'after') process.kill(process.pid, 'SIGKILL');
    return result;
  };
}

const store = await openFileStore(folder);
const lock = store.lock?.bind(store);
const key = await importSigningKey(keyid, pem);
const client = createClient({ url, key, now: () => now, fetch: fatal(fetch) });
const keyring = createKeyring({
  client,
  root,
  store: {
    read: fatal(store.read),
    write: fatal(store.write),
    names: store.names,
    ...(lock && { lock: fatal(lock) }),
  },
});
console.log((await keyring.refresh('plant')).claims.gen);
