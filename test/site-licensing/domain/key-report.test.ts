import { describe, expect, it } from '@jest/globals';
import { subjectOf } from '../../../domain/kernel/ids.ts';
import { isoTime } from '../../../domain/kernel/time.ts';
import {
  alertsOfKeyReport,
  assertKeyReport,
  type KeyReport,
  reportedApplication,
} from '../../../domain/site-licensing/key-report.ts';
import { boost, caller, day, enterpriseId, now, siteId } from './facts.ts';

const report: KeyReport = { siteId, reason: 'dormant', seenAt: isoTime(now), times: 2 };

describe('a report', () => {
  it.each([now, now + 60, now - 31 * day])('is taken of what was seen lately: %d', at => {
    expect(() => assertKeyReport({ ...report, seenAt: isoTime(at) }, now)).not.toThrow();
  });

  it.each([now + 61, now - 31 * day - 1])('is refused of another time: %d', at => {
    expect(() => assertKeyReport({ ...report, seenAt: isoTime(at) }, now)).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ pointer: '#/body/seenAt' })] }),
    );
  });

  it.each([
    [{ siteId: undefined }, ['#/body/siteId']],
    [{ enterpriseId }, ['#/body/enterpriseId']],
    [{ application: boost }, ['#/body/application']],
    [
      { reason: 'key-not-genuine' as const, enterpriseId, application: boost },
      ['siteId', 'enterpriseId', 'application'].map(name => `#/body/${name}`),
    ],
  ])('names one thing, and nothing for a forged key: %j', (bent, pointers) => {
    const errors = pointers.map(pointer => expect.objectContaining({ pointer }));
    expect(() => assertKeyReport({ ...report, ...bent }, now)).toThrow(expect.objectContaining({ errors }));
  });

  it('alerts with who saw it, when and how often', () => {
    const subject = subjectOf.site(siteId);
    const { org, app } = caller();
    const seen = { by: app, at: now, times: 2 };
    expect(alertsOfKeyReport(report, subject, caller())).toEqual([{ org, reason: 'dormant', subject, seen }]);
  });

  it('alerts of no forged key, whatever it claims', () => {
    expect(alertsOfKeyReport({ ...report, reason: 'key-not-genuine' }, subjectOf.site(siteId), caller())).toEqual([]);
    expect(alertsOfKeyReport(report, undefined, caller())).toEqual([]);
  });

  it('is about the own enterprise key, unless another is named that may be seen', () => {
    const enforcer = caller({ enforcesFor: [boost] });
    expect(reportedApplication(caller(), undefined)).toBe(caller().app);
    expect(reportedApplication(enforcer, boost)).toBe(boost);
    expect(() => reportedApplication(caller({ enforcesFor: [] }), boost)).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });
});
