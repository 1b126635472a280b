import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { differencesOf } from '../../../domain/billing/differences.ts';
import { Manifest } from '../../../domain/billing/manifest.ts';
import { assertConsistent } from '../../../domain/billing/manifest-rules.ts';
import { adminsEnd, emailName } from '../../../domain/billing/person.ts';
import { canonicalJson } from '../../../domain/kernel/canonical-json.ts';
import { assertBegun, assertFinished, firstQuarter, quartersUpTo } from '../../../domain/kernel/quarter.ts';
import { Refusal } from '../../../domain/kernel/refusal.ts';
import { Quarter, quarterBegins, quarterEnds } from '../../../domain/kernel/time.ts';
import { countOf } from '../../../domain/site-licensing/counting.ts';
import { day, enterpriseId, hwf, refusalOf } from '../../site-licensing/domain/facts.ts';
import { sampleManifest } from '../../support/vectors/sample-manifest.ts';

const other = 'hub-bbbbbbbbbbbbbbbb';
const quarter = Quarter.parse('2026-Q4');
const ada = { name: 'Ada Example', email: 'ada@example.com' };

function pointersOf(manifest: ReturnType<typeof sampleManifest>): string[] {
  try {
    assertConsistent(Manifest.parse(manifest));
    return [];
  } catch (error) {
    if (error instanceof Refusal) return error.errors.map(({ pointer }) => pointer);
    throw error;
  }
}

describe('a manifest', () => {
  const good = sampleManifest([{ enterpriseId, production: 2, dev: 1 }, { enterpriseId: other }], [ada]);

  it.each<[string, ReturnType<typeof sampleManifest>, string[]]>([
    ['is taken when it agrees with itself', good, []],
    ['may name fewer enterprises and sites than there are', { ...good, enterprises: 9, perEnterprise: [] }, []],
    [
      'may not have more sites in its parts than in all',
      { ...good, sites: { production: 1, dev: 0, proxy: 0 } },
      ['#/body/sites/production', '#/body/sites/dev'],
    ],
    ['may not list more enterprises than there are', { ...good, enterprises: 1 }, ['#/body/enterprises']],
    [
      'may not name one enterprise twice',
      sampleManifest([{ enterpriseId }, { enterpriseId: other }, { enterpriseId }]),
      ['#/body/perEnterprise/2/enterpriseId'],
    ],
    [
      'may not name one person twice, in whatever case',
      sampleManifest([], [ada, { ...ada, email: 'Ada@Example.com' }]),
      ['#/body/applicationAdmins/1/email'],
    ],
  ])('%s', (_title, manifest, pointers) => {
    expect(pointersOf(manifest)).toEqual(pointers);
  });

  it('is compared number by number; of an enterprise that it does not name nothing is said, which is not zero', () => {
    const counted = { 'production:active:live': 2, 'dev:basic:live': 1, 'production:basic:dormant': 4 };
    const rows = [
      countOf({ enterprise: enterpriseId, app: hwf, opening: {}, closing: counted, deltas: {}, changes: [], days: 92 }),
    ];
    expect(differencesOf(Manifest.parse(sampleManifest([{ enterpriseId, production: 2, dev: 1 }])), rows)).toEqual([]);
    expect(differencesOf(Manifest.parse(sampleManifest([{ enterpriseId: other, proxy: 1 }])), rows)).toMatchObject([
      { kind: 'production', manifest: 0, server: 2 },
      { kind: 'dev', manifest: 0, server: 1 },
      { kind: 'proxy', manifest: 1, server: 0 },
      { kind: 'production', enterprise: enterpriseId, manifest: undefined, server: 2 },
      { kind: 'dev', enterprise: enterpriseId, manifest: undefined, server: 1 },
      { kind: 'proxy', enterprise: other, manifest: 1, server: 0 },
    ]);
  });
});

describe('a quarter', () => {
  it('is pushed for from its end on, never before there was anything', () => {
    const end = quarterEnds(quarter);
    expect(refusalOf(() => assertFinished(quarter, end - 1))).toBe('quarter-running');
    expect(refusalOf(() => assertFinished(quarter, end))).toBeUndefined();
    expect(refusalOf(() => assertFinished(Quarter.parse('2025-Q4'), end))).toBe('not-found');
    expect(refusalOf(() => assertFinished(Quarter.parse('2099-Q4'), end))).toBe('quarter-running');
  });

  it('is shown from its first second on', () => {
    const begin = quarterBegins(quarter);
    expect(refusalOf(() => assertBegun(quarter, begin))).toBeUndefined();
    expect(refusalOf(() => assertBegun(quarter, begin - 1))).toBe('not-found');
  });

  it('is counted with all before it, from the first one on', () => {
    expect(quartersUpTo(Quarter.parse('2027-Q1'))).toEqual(['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4', '2027-Q1']);
    expect(quartersUpTo(Quarter.parse('2025-Q4'))).toEqual([]);
    expect(quartersUpTo(firstQuarter)).toEqual([firstQuarter]);
  });

  it('keeps its admins for 400 days', () => {
    expect(adminsEnd(quarter)).toBe(quarterEnds(quarter) + 400 * day);
    expect(emailName(' Ada@Example.COM ')).toBe('ada@example.com');
  });
});

describe('canonical JSON', () => {
  it('is the same for the same content, in whatever order it was written', () => {
    expect(canonicalJson({ b: [1, { d: 'x', c: null }], a: true, e: undefined })).toBe(
      '{"a":true,"b":[1,{"c":null,"d":"x"}]}',
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.array(fc.string()))), value => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 11 },
    );
  });
});
