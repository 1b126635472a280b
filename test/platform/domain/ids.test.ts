import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as ids from '../../../domain/kernel/ids.ts';
import { enterpriseId, hub, hwf, siteId } from '../../site-licensing/domain/facts.ts';

const seed = 32;
const ten = fc.uint8Array({ minLength: 10, maxLength: 10 });

describe('ids', () => {
  it(`tell whose they are, from the id alone (seed ${seed})`, () => {
    fc.assert(
      fc.property(ten, ten, (one, two) => {
        const enterprise = ids.newEnterpriseId(hub, one);
        const site = ids.newSiteId(enterprise, two);
        expect([ids.orgOf(site), ids.orgOf(enterprise), ids.enterpriseOf(site)]).toEqual([hub, hub, enterprise]);
        expect(ids.buckets).toContain(ids.siteBucket(site));
        expect(ids.newSiteId(enterprise, two)).toBe(site);
      }),
      { seed },
    );
  });

  it(`differ wherever their random bytes do (seed ${seed})`, () => {
    fc.assert(
      fc.property(ten, ten, (one, two) => {
        fc.pre(Buffer.compare(one, two) !== 0);
        expect(ids.newEnterpriseId(hub, one)).not.toBe(ids.newEnterpriseId(hub, two));
        expect(ids.newSiteId(enterpriseId, one)).not.toBe(ids.newSiteId(enterpriseId, two));
      }),
      { seed },
    );
  });

  it('spread over 32 buckets evenly', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 3200; i++) {
      const bucket = ids.bucketOf(`site ${i}`);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([...ids.buckets].sort());
    expect(Math.max(...counts.values())).toBeLessThan(150);
  });

  it.each([
    [
      'OrgId',
      ids.OrgId,
      ['hub', 'h2', 'a'.repeat(12)],
      ['', 'h', 'Hub', '2hub', 'a'.repeat(13), 'hu-b', 'hub\n', 'hüb'],
    ],
    [
      'EnterpriseId',
      ids.EnterpriseId,
      [enterpriseId],
      ['hub', 'hub-', `${enterpriseId}a`, enterpriseId.toUpperCase(), `${enterpriseId}\n`, 'hub-aaaaaaaaaaaaaaa1'],
    ],
    [
      'SiteId',
      ids.SiteId,
      [siteId],
      [enterpriseId, `${siteId}a`, `${siteId}#`, siteId.slice(1).replace('ub', ''), `${siteId}\n`],
    ],
    ['AppId', ids.AppId, ['hwf', 'a-b-2'], ['', 'a', 'HWF', '-a', 'a/b', 'a'.repeat(25), 'a.b', 'a#b']],
    [
      'KeyId',
      ids.KeyId,
      [`hub.hwf.${'A'.repeat(22)}`],
      [`hub.hwf.${'A'.repeat(21)}`, `hub.${'A'.repeat(22)}`, `hub.hwf.${'+'.repeat(22)}`],
    ],
    [
      'SiteRef',
      ids.SiteRef,
      ['ABC123', 'a', '1.2:3_4-5', 'A'.repeat(64)],
      ['', 'A#B', 'A B', '-A', '.A', 'Ä', 'A'.repeat(65), 'A/B', 'A\n'],
    ],
    ['Jti', ids.Jti, ['A'.repeat(22)], ['A'.repeat(21), 'A'.repeat(23), `${'A'.repeat(21)}=`]],
  ] as const)('are parsed strictly: %s', (_name, schema, good, bad) => {
    for (const text of good) expect(schema.safeParse(text).success).toBe(true);
    for (const text of bad) expect({ text, success: schema.safeParse(text).success }).toEqual({ text, success: false });
  });

  it('name subjects by their kind', () => {
    expect(ids.subjectOf.site(siteId)).toBe(`site:${siteId}`);
    expect(ids.subjectOf.enterprise(enterpriseId)).toBe(`enterprise:${enterpriseId}`);
    expect(ids.subjectOf.enterpriseKey(enterpriseId, hwf)).toBe(`enterprise-key:${enterpriseId}/hwf`);
    expect(ids.subjectOf.application(hub, hwf)).toBe('application:hub/hwf');
  });
});
