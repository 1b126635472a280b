import { expect, it } from '@jest/globals';
import { AppId, OrgId } from '../../../domain/kernel/ids.ts';
import { Quarter } from '../../../domain/kernel/time.ts';
import { manifestAnswerOf } from '../../../lambdas/billing/views/statistics.ts';
import { enterpriseId } from '../../site-licensing/domain/facts.ts';
import { sampleManifest } from '../../support/vectors/sample-manifest.ts';

const { applicationAdmins: _admins, ...said } = sampleManifest();

it('an answer is remembered in one item, so it has at most 100 lines and says how many there are', () => {
  const names = { org: OrgId.parse('hub'), quarter: Quarter.parse('2026-Q4'), app: AppId.parse('hwf'), revision: 1 };
  const stored = { ...names, counts: { ...said, perEnterprise: [] }, admins: [], sha256: 'x', object: 'y' };
  const line = { kind: 'production', enterprise: enterpriseId, manifest: 1, server: 2 } as const;
  const seats = { enterprise: enterpriseId, configurationUsers: 13, limit: 12 };
  const compared = {
    differences: Array.from({ length: 6000 }, () => line),
    exceeded: Array.from({ length: 2000 }, () => seats),
    seatAlerts: [],
    mismatchAlerts: [],
  };
  const answer = manifestAnswerOf(stored, 0, undefined, compared);
  expect(answer).toMatchObject({ differenceCount: 6000, receivedAt: '1970-01-01T00:00:00Z', complete: false });
  expect([answer.differences.length, answer.seatsExceeded.length]).toEqual([100, 100]);
  expect(answer.differences[0]).toEqual({ kind: 'production', enterpriseId, manifest: 1, server: 2 });
});
