import { applicationKey } from '../lambdas/platform/identity/applications.ts';
import { denyListKey, enterpriseKey } from '../lambdas/site-licensing/storage/enterprises.ts';
import { type SeededRandom, seeded } from '../test/support/seeded.ts';
import {
  type Asked,
  alertUnits,
  app,
  counterUnits,
  type Touch,
  type TracedOperation,
  traced,
} from './partition-operations.ts';
import { type Owners, org, owners, siteIds } from './partition-sites.ts';

const seed = 20261107;
const seconds = 60;
const perSecond = 10_000;
/** what one partition gives (AWS, DynamoDB developer guide, "Best practices for designing and using partition keys effectively") */
const limits = { read: 3000, write: 1000 } as const;
const mostShare = 0.5;
type Kind = keyof typeof limits;

/** The hottest second of a partition key. */
interface Hot {
  readonly pk: string;
  readonly units: number;
}

/** P7: a minute of requests over a million sites, by simulation over the real key functions: the hottest partition keys. */
export function partitions(): boolean {
  console.log(
    `P7  hottest partition keys of table and index, units in any one second: ${seconds} s of ${perSecond} requests/s over 1,000,000 sites of one Org (bar: at most ${mostShare * limits.read} read, ${mostShare * limits.write} write; seed ${seed})`,
  );
  const mix = Object.entries(traced).map(([name, { share }]) => `${name} ${+(share * 100).toFixed(2)} %`);
  console.log(`    mix: ${mix.join('; ')}`);
  const holds = owners.map(trace => told(trace.name, simulated(trace))).every(held => held);
  console.log(
    `    it would break at ${(mostShare * limits.write) / counterUnits} changes/s that move counters of one Org, ${(mostShare * limits.write) / alertUnits} checks/s of dead keys of one Org, ${mostShare * limits.read} checks/s of one site; changes of one enterprise and application meet one another from about 50/s on (test/bars/counters-exact.test.ts)`,
  );
  return holds;
}

/** @returns the hottest second of each kind and family of keys */
function simulated(trace: Owners): Record<Kind, Map<string, Hot>> {
  const random = seeded(seed);
  const hottest = { read: new Map<string, Hot>(), write: new Map<string, Hot>() };
  const ids = siteIds(trace);
  const fleet = new Fleet(random);
  const from = Date.UTC(2026, 10, 21, 12) / 1000;
  for (let at = from; at < from + seconds; at++) {
    const used = { read: new Map<string, number>(), write: new Map<string, number>() };
    for (let i = 0; i < perSecond; i++) {
      const number = (at - from) * perSecond + i;
      const { id: site, enterprise } = ids(trace.some(random));
      const asked = { site, enterprise, at, number, sitesPerEnterprise: trace.sitesPerEnterprise };
      for (const { pk, read = 0, write = 0 } of fleet.serve(asked)) {
        if (read > 0) used.read.set(pk, (used.read.get(pk) ?? 0) + read);
        if (write > 0) used.write.set(pk, (used.write.get(pk) ?? 0) + write);
      }
    }
    for (const kind of ['read', 'write'] as const)
      for (const [pk, units] of used[kind]) {
        const family = familyOf(pk);
        if (units > (hottest[kind].get(family)?.units ?? 0)) hottest[kind].set(family, { pk, units });
      }
  }
  return hottest;
}

/** Instances are not always where the requests are. */
const headroom = 1.5;

/** The instances of every function, cold when the trace begins, and what they keep: applications, deny list, enterprises. */
class Fleet {
  readonly #random: SeededRandom;
  readonly #operations: readonly (readonly [name: string, operation: TracedOperation])[];
  readonly #until = new Map<string, number>();

  constructor(random: SeededRandom) {
    this.#random = random;
    this.#operations = Object.entries(traced).flatMap(([name, operation]) =>
      Array.from({ length: Math.round(operation.share * 10_000) }, () => [name, operation] as const),
    );
  }

  serve(asked: Asked): readonly Touch[] {
    const [name, { share, seconds, cachesEnterprises, touches }] = this.#random.pick(this.#operations);
    const instances = Math.ceil(share * perSecond * seconds * headroom);
    const instance = `${name} ${this.#random.below(instances)}`;
    const loaded = [
      this.#loads(instance, applicationKey(org, app).pk, 60, asked),
      this.#loads(instance, denyListKey(org).pk, 30, asked),
      ...(cachesEnterprises ? [this.#loads(instance, enterpriseKey(asked.enterprise).pk, 60, asked)] : []),
    ];
    return [...loaded.flat(), ...touches(asked)];
  }

  #loads(instance: string, pk: string, cacheSeconds: number, { at }: Asked): Touch[] {
    const name = `${instance} ${pk}`;
    if ((this.#until.get(name) ?? 0) > at) return [];
    this.#until.set(name, at + cacheSeconds);
    return [{ pk, read: 1 }];
  }
}

/** How people call the keys (docs/architecture.md, Storage). */
const families: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^E#[^#]+#/, 'sites and references of a bucket'],
  [/^E#/, 'an enterprise'],
  [/^O#[^#]+#/, 'counters of a quarter'],
  [/^O#/, 'deny list'],
  [/^P#/, 'an application'],
  [/^I#/, 'a memory or nonce'],
  [/^N#/, 'alerts of a day'],
  [/^A#/, 'audit events of a bucket'],
  [/^X#/, 'index: expiries of an hour and shard'],
];

function familyOf(pk: string): string {
  return families.find(([pattern]) => pattern.test(pk))?.[1] ?? pk;
}

function told(trace: string, hottest: Record<Kind, Map<string, Hot>>): boolean {
  const holds = (['read', 'write'] as const).map(kind => {
    const inOrder = [...hottest[kind]].sort(([, a], [, b]) => b.units - a.units);
    const [, worst] = inOrder[0] ?? ['', { units: 0 }];
    const holds = worst.units <= mostShare * limits[kind];
    const told = inOrder.slice(0, 4).map(([family, { units }]) => `${units} ${family}`);
    const share = Math.round((worst.units / limits[kind]) * 100);
    console.log(
      `    ${trace.padEnd(9)} ${kind.padEnd(5)} ${share} % of a partition: ${holds ? 'holds' : 'MISSED'}  (${told.join(', ')})`,
    );
    return holds;
  });
  return holds.every(held => held);
}
