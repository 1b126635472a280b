import { describe, expect, it } from '@jest/globals';
import { alertMeanings, alertReasons } from '../../../domain/alert-reasons.ts';
import type { AlertReason, RecordedAlert } from '../../../domain/alerts/alert.ts';
import { alertIdOf, alertNameOf } from '../../../domain/alerts/alert-id.ts';
import { noticeOf } from '../../../domain/alerts/alert-notice.ts';
import { AppId, OrgId, Subject } from '../../../domain/kernel/ids.ts';

/** The longest there can be of each kind. */
const org = 'abcdefghijkl';
const enterprise = `${org}-${'e'.repeat(16)}`;
const application = 'application-of-24-letter';
const subjects = [
  `site:${enterprise}-${'s'.repeat(17)}`,
  `enterprise:${enterprise}`,
  `enterprise-key:${enterprise}/${application}`,
  `application:${org}/${application}`,
];
const details = [undefined, '5-days', 'generation-17', '2026-Q4', `recount-${application}`];
const every = alertReasons.flatMap(reason =>
  subjects.flatMap(subject =>
    details.map((detail): [AlertReason, string, string | undefined] => [reason, subject, detail]),
  ),
);

function alert(reason: AlertReason, subject: string, detail?: string): RecordedAlert {
  const name = alertNameOf({ reason, subject, detail });
  return {
    id: alertIdOf({ day: '20261121', name }),
    org: OrgId.parse(org),
    reason,
    subject: Subject.parse(subject),
    detail,
    firstAt: Date.UTC(2026, 10, 21, 10) / 1000,
    lastAt: Date.UTC(2026, 10, 21, 11) / 1000,
    times: 3,
  };
}

describe('the notice of an alert', () => {
  it('tells in its subject line which of several it is', () => {
    const lines = ['5-days', '1-day', undefined].map(detail =>
      noticeOf(alert('expiring-soon', 'site:hub-a', detail), 'prod').subject.replace(/^.*?: /, ''),
    );
    expect(lines).toEqual(['site:hub-a, 5 days', 'site:hub-a, 1 day', 'site:hub-a']);
  });

  it.each(every)(
    'is one that SNS takes and a filter policy can be written for: %s %s %s',
    (reason, subject, detail) => {
      const notice = noticeOf(alert(reason, subject, detail), 'prod');
      // SNS API reference, Publish: ASCII, no line breaks or control characters, less than 100 characters.
      expect(notice.subject).toMatch(/^[A-Za-z0-9[][ -~]{1,98}$/);
      expect(notice.text).toMatch(/^[\n -~]+$/);
      expect(Object.keys(notice.attributes).sort()).toEqual(['id', 'kind', 'org', 'reason', 'severity', 'stage']);
      for (const value of Object.values(notice.attributes)) expect(value).toMatch(/^[ -~]+$/);
      expect(notice.text).not.toContain('undefined');
    },
  );

  it.each(alertReasons)(
    'says what happened to what, since when, what it means, what to do, where to look: %s',
    reason => {
      const { id, subject } = alert(reason, subjects[0] ?? '', '2026-Q4');
      const { text, json } = noticeOf(alert(reason, subject, '2026-Q4'), 'prod');
      const { severity, means, action } = alertMeanings[reason];
      const facts = [subject, '2026-11-21T10:00:00Z', severity, means, action, `docs/alerts.md#${reason}`, id, 'prod'];
      for (const fact of facts) expect(text).toContain(fact);
      expect(text.split('\n')[0]).toMatch(/^[A-Z].+\.$/);
      expect(json).toMatchObject({ id, reason, severity, subject, detail: '2026-Q4', stage: 'prod' });
    },
  );

  it.each([
    ['expiring-soon', subjects[0], '1-day', 'The key of site ', ' expires in less than 1 day and was not replaced.'],
    [
      'expiring-soon',
      subjects[1],
      '5-days',
      'The certificate of enterprise ',
      ' expires in less than 5 days and was not',
    ],
    ['key-expired', subjects[1], undefined, 'The certificate of enterprise ', ' has expired and was not replaced.'],
    ['key-expired', subjects[2], undefined, `The key of enterprise ${enterprise} for application `, ' has expired'],
    [
      'possible-clone',
      subjects[0],
      'generation-2',
      'Two installations seem to hold the key of site ',
      ' (generation 2).',
    ],
    ['seat-limit-exceeded', subjects[1], '2026-Q4', 'Enterprise ', ' (2026-Q4).'],
    ['manifest-missing', subjects[3], '2026-Q4', 'Application ', ' has not pushed its manifest (2026-Q4).'],
  ] as const)('speaks of what the subject stands for: %s %s %s', (reason, subject, detail, begin, within) => {
    const [first = ''] = noticeOf(alert(reason, subject ?? '', detail), undefined).text.split('\n');
    expect(first.startsWith(begin)).toBe(true);
    expect(first).toContain(within);
  });

  it('names the application that has reported it', () => {
    const seen = { seenAt: Date.UTC(2026, 10, 20) / 1000, seenBy: AppId.parse('hwf') };
    const { text, json } = noticeOf({ ...alert('dormant', subjects[0] ?? ''), ...seen }, undefined);
    expect(text).toContain(`by application ${org}/hwf, which saw it at 2026-11-20T00:00:00Z`);
    expect(json).toMatchObject({ seenBy: 'hwf', seenAt: '2026-11-20T00:00:00Z' });
  });

  it('is the same each time, so that who gets it twice knows it by its id', () => {
    const [reason, subject, detail] = every[0] ?? ['reissued', ''];
    expect(noticeOf(alert(reason, subject, detail), 'prod')).toEqual(noticeOf(alert(reason, subject, detail), 'prod'));
  });
});
