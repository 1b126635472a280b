import * as z from 'zod';
import { type Application, ApplicationJwk, keyAlgorithms } from '../../../domain/identity/application.ts';
import { Policy, role } from '../../../domain/identity/policy.ts';
import { AppId, KeyId, OrgId } from '../../../domain/kernel/ids.ts';
import type { Change } from '../changes/change.ts';
import { commitChange } from '../changes/commit-change.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { createTimedCache } from '../kernel/timed-cache.ts';
import { HistoryItem, versionOf } from '../storage/item-version.ts';
import { type Item, type Key, table } from '../storage/table.ts';

export interface Applications {
  /** At most 60 s old: for authentication. */
  findKey(keyid: KeyId): Promise<Application | undefined>;
  findNow(org: OrgId, app: AppId): Promise<Application | undefined>;
  record(before: Application | undefined, after: Application, change: Change): Promise<void>;
}

/** An application that was changed or suspended is known as such everywhere after a minute. */
const cacheSeconds = 60;
const unknownSeconds = 2;

const ApplicationItem = HistoryItem.extend({
  org: OrgId,
  app: AppId,
  role,
  status: z.enum(['live', 'suspended']),
  policy: z.string().transform(text => Policy.parse(JSON.parse(text))),
  keys: z.array(
    z.object({
      keyid: KeyId,
      alg: z.enum(keyAlgorithms),
      jwk: ApplicationJwk,
      jkt: z.string(),
      notAfter: z.int().optional(),
    }),
  ),
  at: z.int(),
});

export const dynamoApplications = perRuntime((runtime: Runtime): Applications => {
  const items = table(runtime);
  const cache = createTimedCache<Application | undefined>(runtime, cacheSeconds);
  const unknown = createTimedCache<Application | undefined>(runtime, unknownSeconds);
  const findNow = async (org: OrgId, app: AppId) => {
    const item = await items.get(applicationKey(org, app), { consistent: true });
    return item && toApplication(item);
  };
  return {
    findNow,
    async findKey(keyid) {
      const [org, app] = keyid.split('.');
      const name = `${org}.${app}`;
      const load = async () => await findNow(OrgId.parse(org), AppId.parse(app));
      const known = await cache.get(name, load);
      if (known?.keys.some(key => key.keyid === keyid)) return known;
      // A new key signs at once: what is not known is looked up again, but not for every request that claims it.
      const fresh = await unknown.get(name, load);
      if (fresh?.keys.some(key => key.keyid === keyid)) cache.forget(name);
      return fresh;
    },
    async record(before, after, change) {
      await commitChange(runtime, { item: toItem(after), before: before?.version }, [], change);
      cache.forget(`${after.org}.${after.app}`);
      unknown.forget(`${after.org}.${after.app}`);
    },
  };
});

export function applicationKey(org: OrgId, app: AppId): Key {
  return { pk: `P#${org}#${app}`, sk: '#' };
}

function toApplication(item: Item): Application {
  const { at: createdAt, seq, event, ...application } = ApplicationItem.parse(item);
  return { ...application, createdAt, version: versionOf({ seq, event }) };
}

function toItem({ org, app, role, status, policy, keys, createdAt: at }: Application): Item & Key {
  const keyids = keys.map(key => key.keyid).join();
  return { ...applicationKey(org, app), org, app, role, status, policy: JSON.stringify(policy), keys, keyids, at };
}
