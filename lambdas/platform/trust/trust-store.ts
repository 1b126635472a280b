import * as z from 'zod';
import { OrgId } from '../../../domain/kernel/ids.ts';
import type { Seconds } from '../../../domain/kernel/time.ts';
import type { Generations } from '../../../domain/trust/key-ring.ts';
import { KeyRing } from '../../../domain/trust/key-ring.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { createTimedCache } from '../kernel/timed-cache.ts';
import { absent, anyOf, compare } from '../storage/condition-expression.ts';
import { ConflictError } from '../storage/conflict-error.ts';
import { ConditionFailedError, table } from '../storage/table.ts';

/** Since when the current keys sign, and since when their successors are announced. */
export interface KeyTimes {
  readonly root: Seconds;
  readonly org: Seconds;
  readonly nextRoot?: Seconds | undefined;
  readonly nextOrg?: Seconds | undefined;
}

/** The trust document of an Org, as get-trust publishes it. */
export interface OrgTrust {
  readonly org: OrgId;
  /** newest first; older ones until they end */
  readonly orgLinks: readonly string[];
  /** over the key that signs next */
  readonly nextOrgLink?: string | undefined;
  /** by which each Root announces the next one */
  readonly successors: readonly string[];
  readonly responderLinks: readonly string[];
  /** of the keys, as deployed */
  readonly generations: Generations;
  readonly since: KeyTimes;
  /** how often it was recorded; a record builds on the one that was read */
  readonly revision: number;
}

export interface TrustStore {
  /** at most five minutes old */
  find(org: OrgId): Promise<OrgTrust>;
  findNow(org: OrgId): Promise<OrgTrust | undefined>;
  /** @throws ConflictError when another write came first */
  record(trust: OrgTrust): Promise<void>;
}

const cacheSeconds = 300;

const TrustItem = z.object({
  org: OrgId,
  orgLinks: z.array(z.string()),
  nextOrgLink: z.string().optional(),
  successors: z.array(z.string()),
  responderLinks: z.array(z.string()),
  generations: z.object({ root: KeyRing, org: KeyRing }),
  since: z.object({ root: z.int(), org: z.int(), nextRoot: z.int().optional(), nextOrg: z.int().optional() }),
  revision: z.int(),
});

/** Stores the public links of an Org. Readers verify them under the Root, so the table need not be trusted. */
export const dynamoTrustStore = perRuntime((runtime: Runtime): TrustStore => {
  const cache = createTimedCache<OrgTrust>(runtime, cacheSeconds);
  const findNow = async (org: OrgId) => {
    const item = await table(runtime).get({ pk: `O#${org}`, sk: 'TRUST' }, { consistent: true });
    return item && TrustItem.parse(item);
  };
  return {
    findNow,
    find: async org =>
      await cache.get(org, async () => {
        const trust = await findNow(org);
        if (!trust) throw new Error(`Org ${org} has no trust document: it was never set up.`);
        return trust;
      }),
    async record(trust) {
      const put = { pk: `O#${trust.org}`, sk: 'TRUST', ...trust, revision: trust.revision + 1 };
      const expression = anyOf(absent('pk'), compare('revision', '=', ':revision'));
      try {
        await table(runtime).commit([{ put, onlyIf: { expression, values: { ':revision': trust.revision } } }]);
      } catch (error) {
        throw error instanceof ConditionFailedError ? new ConflictError() : error;
      }
      cache.forget(trust.org);
    },
  };
});

/** Returns all links of an Org, including the one over the next key: a signer that is deployed with that key already needs it. */
export function linksOf({ orgLinks, nextOrgLink }: Pick<OrgTrust, 'orgLinks' | 'nextOrgLink'>): string[] {
  return nextOrgLink === undefined ? [...orgLinks] : [...orgLinks, nextOrgLink];
}
