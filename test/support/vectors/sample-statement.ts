import type { ManifestBody } from '../../../domain/billing/manifest.ts';
import type { StatedManifest, StatementFacts } from '../../../domain/billing/statement/statement-of.ts';
import { AppId, EnterpriseId, OrgId } from '../../../domain/kernel/ids.ts';
import { Quarter } from '../../../domain/kernel/time.ts';
import type { EnterpriseCount, Moves, Tally } from '../../../domain/site-licensing/tally.ts';
import { type DayChange, dayAt, usageOf } from '../../../domain/site-licensing/usage.ts';
import { type SeededRandom, seeded } from '../seeded.ts';

/** Facts of a quarter as they may well come: the same for the same numbers. */
export interface SampleOptions {
  readonly enterprises?: number;
  readonly seed?: number;
}

export const sampleRoot = {
  kty: 'EC',
  crv: 'P-256',
  x: 'vQOco5jmYDeoV8_kwy_JByQAf6KcNdToTprAyG5XgpM',
  y: 'e5ZBdCCxxNljVGERUEV5NEARHSBAUwiFKcYF2jh9MtE',
} as const;

const hwf = AppId.parse('hwf');
const boost = AppId.parse('boost');
const letters = 'abcdefghijklmnopqrstuvwxyz234567';

/** Two applications, five quarters; HWF's manifest has a wrong count and an enterprise over its limit, Boost's is missing. */
export function sampleFacts({ enterprises = 12, seed = 20261210 }: SampleOptions = {}): StatementFacts {
  const random = seeded(seed);
  const ids = Array.from({ length: enterprises }, () => enterpriseId(random)).sort();
  const counts = ids.flatMap((enterprise, i) => {
    const large = countOf(enterprise, hwf, 4 + random.below(26), random);
    return i % 3 === 0 ? [countOf(enterprise, boost, random.below(8), random), large] : [large];
  });
  const opening = counts.reduce((sum, one) => sum + one.opening.production, 0);
  const names = ['2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3'] as const;
  const before = names.map((name, i) => ({
    quarter: Quarter.parse(name),
    production: Math.round(opening * (0.55 + i * 0.15)),
    dev: 6 + i * 3,
    proxy: i,
  }));
  return {
    org: OrgId.parse('hub'),
    quarter: Quarter.parse('2026-Q4'),
    revision: 1,
    createdAt: Date.UTC(2027, 0, 11, 5, 30, 4) / 1000,
    sweptUntil: Date.UTC(2027, 0, 11, 5) / 1000,
    root: sampleRoot,
    counts,
    manifests: [manifestOf(counts.filter(({ app }) => app === hwf))],
    limits: new Map(ids.map(id => [id, 12])),
    before,
  };
}

function enterpriseId(random: SeededRandom): EnterpriseId {
  return EnterpriseId.parse(`hub-${Array.from({ length: 16 }, () => letters.charAt(random.below(32))).join('')}`);
}

function countOf(enterprise: EnterpriseId, app: AppId, production: number, random: SeededRandom): EnterpriseCount {
  const moves: Moves = {
    new: random.below(5),
    promoted: app === boost ? random.below(3) : 0,
    reactivated: random.below(8) === 0 ? 1 : 0,
    proxyRemoved: random.below(10) === 0 ? 1 : 0,
    deleted: Math.min(production, random.below(3)),
    dormant: 0,
    proxied: 0,
    recreated: 0,
  };
  const left = production - moves.deleted;
  const dormant = left > 2 && random.below(5) === 0 ? 1 : 0;
  const proxied = left > 3 && random.below(7) === 0 ? 1 : 0;
  const recreated = moves.new > 1 && moves.deleted > 0 ? 1 : 0;
  const all = { ...moves, dormant, proxied, recreated };
  const came = all.new + all.promoted + all.reactivated + all.proxyRemoved;
  const closing = left - dormant - proxied + came;
  const isBoost = app === boost ? 1 : 0;
  const changes = changesOf([all.deleted + dormant + proxied, came], random);
  return {
    enterprise,
    app,
    opening: tally(production, isBoost * (2 + all.promoted), all.proxyRemoved, all.reactivated),
    closing: tally(closing, isBoost * 2 + random.below(3) * isBoost, proxied, dormant),
    moves: all,
    usage: usageOf(production, changes, 92),
  };
}

/** Those that go do so on one day of the first half, those that come on one of the second. */
function changesOf([gone, came]: readonly [number, number], random: SeededRandom): DayChange[] {
  const quarter = Quarter.parse('2026-Q4');
  const days = [
    { day: dayAt(quarter, random.below(46)), sites: -gone },
    { day: dayAt(quarter, 46 + random.below(46)), sites: came },
  ];
  return days.filter(({ sites }) => sites !== 0);
}

function tally(production: number, dev: number, proxy: number, dormant: number): Tally {
  const commissioning = Math.floor(production / 6);
  const basic = Math.floor(production / 9);
  const suspended = production > 25 ? 1 : 0;
  const active = production - commissioning - basic;
  return { production, basic, commissioning, active, suspended, dev, proxy, dormant, enterpriseKeys: 1 };
}

/** One enterprise is counted wrong, and so are the sums. */
function manifestOf(counts: readonly EnterpriseCount[]): StatedManifest {
  const perEnterprise = counts.map(({ enterprise, closing }, i) => ({
    enterpriseId: enterprise,
    production: closing.production - (i === 3 ? 2 : 0),
    dev: closing.dev,
    proxy: closing.proxy,
    configurationUsers: i === 5 ? 17 : 3 + (i % 9),
  }));
  const sum = (of: (one: (typeof perEnterprise)[number]) => number) =>
    perEnterprise.reduce((total, one) => total + of(one), 0);
  const manifest: ManifestBody = {
    sites: { production: sum(one => one.production), dev: sum(one => one.dev), proxy: sum(one => one.proxy) },
    enterprises: perEnterprise.length,
    perEnterprise,
    users: { enterpriseAdmins: 31, plantUsers: 1204, demoUsers: 18 },
    adminCommitments: ['q', 'r', 's'].map(letter => letter.repeat(43)),
  };
  return { app: hwf, revision: 2, receivedAt: Date.UTC(2027, 0, 8, 14) / 1000, sha256: 'm'.repeat(43), manifest };
}
