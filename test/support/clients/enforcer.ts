import { type Client, createClient } from '../../../sdk/client.ts';
import { createLicenseGuard, type LicenseGuard, type LicenseGuardSettings } from '../../../sdk/guard/license-guard.ts';
import type { KeyStore } from '../../../sdk/stores/key-store.ts';
import { runFunction } from '../server/functions.ts';
import type { Instance } from '../server/instance.ts';
import type { TestServer } from '../server/server.ts';

/** A machine with an enforcing application on it: its clocks, its line to the server, its disk. */
export interface Enforcer {
  /** what its wall clock shows, beside the server's time */
  offset: number;
  /** whether it reaches the server */
  online: boolean;
  /** every request that it has sent */
  readonly asked: string[];
  /** those of them that have ended, with an answer or without */
  readonly ended: string[];
  readonly store: KeyStore | undefined;
  readonly client: Client;
  /** a process of it @param settings besides the usual */
  start(settings?: Partial<LicenseGuardSettings>): Promise<LicenseGuard>;
}

/** HWF, which enforces for Boost too; its ticks run with the server's clock. */
export function newEnforcer(server: TestServer, instance: Pick<Instance, 'fetch'>, store?: KeyStore): Enforcer {
  const asked: string[] = [];
  const ended: string[] = [];
  const fetchOrNot: typeof fetch = async (url, init) => {
    const request = `${init?.method} ${new URL(String(url)).pathname.replace('/local', '')}`;
    asked.push(request);
    try {
      if (!enforcer.online) throw new TypeError('no line');
      return await instance.fetch(url, init);
    } finally {
      ended.push(request);
    }
  };
  const clock = () => server.clock.at + enforcer.offset;
  const client = createClient({
    url: server.url,
    key: server.keys.hwf,
    now: clock,
    fetch: fetchOrNot,
    attempts: 1,
    random: () => 0,
  });
  const enforcer: Enforcer = {
    offset: 0,
    online: true,
    asked,
    ended,
    store,
    client,
    start: async settings => {
      const bootedAt = server.clock.at;
      return await createLicenseGuard({
        client,
        application: 'hub/hwf',
        root: server.world.root,
        store,
        clocks: () => ({ clock: clock(), ticks: server.clock.at - bootedAt }),
        random: () => 0.5,
        ...settings,
      });
    },
  };
  return enforcer;
}

/** Time passes, and the schedules of the server have run. */
export async function letPass(server: TestServer, seconds: number): Promise<void> {
  server.clock.at += seconds;
  await runFunction(server, 'renew-links');
  await runFunction(server, 'renew-responders');
}
