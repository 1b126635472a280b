import * as z from 'zod';
import { OrgId } from '../../../domain/kernel/ids.ts';
import { KeyRing } from '../../../domain/trust/key-ring.ts';
import { type OrgTrust, Stale, type TrustStore } from '../../ports.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { createTimedCache } from '../kernel/timed-cache.ts';
import { absent, anyOf, compare } from '../storage/condition-expression.ts';
import { ConditionFailed, table } from '../storage/table.ts';

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

/** The public links of an Org. They prove themselves under the Root, so the table need not be trusted with them. */
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
        if (!trust) throw new Error(`The trust of Org ${org} was never set up.`);
        return trust;
      }),
    async record(trust) {
      const put = { pk: `O#${trust.org}`, sk: 'TRUST', ...trust, revision: trust.revision + 1 };
      const expression = anyOf(absent('pk'), compare('revision', '=', ':revision'));
      try {
        await table(runtime).commit([{ put, onlyIf: { expression, values: { ':revision': trust.revision } } }]);
      } catch (error) {
        throw error instanceof ConditionFailed ? new Stale() : error;
      }
      cache.forget(trust.org);
    },
  };
});

/** Of an Org, also the one over the key that signs next: a signer that a deployment has already moved on to it needs it. */
export function linksOf({ orgLinks, nextOrgLink }: Pick<OrgTrust, 'orgLinks' | 'nextOrgLink'>): string[] {
  return nextOrgLink === undefined ? [...orgLinks] : [...orgLinks, nextOrgLink];
}
