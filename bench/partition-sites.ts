import { type EnterpriseId, newEnterpriseId, newSiteId, OrgId, type SiteId } from '../domain/kernel/ids.ts';
import type { SeededRandom } from '../test/support/seeded.ts';

export const org = OrgId.parse('hub');

/** A million sites, and whom each request of a trace is about. */
export interface Owners {
  readonly name: string;
  readonly siteCount: number;
  readonly sitesPerEnterprise: number;
  /** @returns the number of a site, 0 … siteCount - 1 */
  some(random: SeededRandom): number;
}

const siteCount = 1_000_000;

/** The sites of an enterprise follow one another in number, so that under Zipf the most asked sites are of one owner. */
export const owners: readonly Owners[] = [
  { name: 'uniform', siteCount, sitesPerEnterprise: 50, some: random => random.below(siteCount) },
  { name: 'Zipf', siteCount, sitesPerEnterprise: 50, some: random => zipf(random.below(2 ** 32) / 2 ** 32) },
  { name: 'one owner', siteCount, sitesPerEnterprise: siteCount, some: random => random.below(siteCount) },
];

/** Zipf with exponent 1: the n-th site is asked for in proportion to 1/n. The inverse of its distribution, ln(n) / ln(count). */
function zipf(share: number): number {
  return Math.min(siteCount - 1, Math.floor(Math.exp(share * Math.log(siteCount + 1))) - 1);
}

/** The ids as the server makes them, the same for the same number; made when they are needed. */
export function siteIds({ sitesPerEnterprise }: Owners): (number: number) => { id: SiteId; enterprise: EnterpriseId } {
  const enterprises = new Map<number, EnterpriseId>();
  const made = new Map<number, { id: SiteId; enterprise: EnterpriseId }>();
  return number => {
    const owner = Math.floor(number / sitesPerEnterprise);
    const enterprise = enterprises.get(owner) ?? newEnterpriseId(org, bytesOf(owner, 1));
    enterprises.set(owner, enterprise);
    const known = made.get(number) ?? { id: newSiteId(enterprise, bytesOf(number, 2)), enterprise };
    made.set(number, known);
    return known;
  };
}

/** Ten bytes that look random and come again. */
function bytesOf(number: number, salt: number): Uint8Array {
  let state = Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b);
  return Uint8Array.from({ length: 10 }, () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5;
    return (state >>> 13) & 0xff;
  });
}
