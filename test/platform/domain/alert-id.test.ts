import { describe, expect, it } from '@jest/globals';
import { AlertId, alertIdOf, alertNameOf, alertPlaceOf } from '../../../domain/alerts/alert-id.ts';

const subject = `enterprise-key:abcdefghijkl-${'e'.repeat(16)}/application-of-24-letter`;

describe('the id of an alert', () => {
  it.each([undefined, 'generation-3', '5-days', '2026-Q4', 'recount-hwf'])('leads back to its place: %s', detail => {
    const place = { day: '20261121', name: alertNameOf({ reason: 'seat-limit-exceeded', subject, detail }) };
    const id = alertIdOf(place);
    expect(AlertId.parse(id)).toBe(id);
    expect(alertPlaceOf(id)).toEqual(place);
  });

  it.each([
    '20261121#ack#dormant#site:x',
    '2026112#dormant#site:x',
    '20261121#dormant',
    '20261121#dormant#site:x#a#b',
    '20261121#dormant#site:x#a/b',
    '20261121#dormant#site:x\n',
  ])('leads nowhere else: %s', text => {
    expect(alertPlaceOf(AlertId.parse(Buffer.from(text.padEnd(20)).toString('base64url')))).toBeUndefined();
    expect(alertPlaceOf(AlertId.parse(Buffer.from(text).toString('base64url').padEnd(20, '-')))).toBeUndefined();
  });

  it('has one spelling', () => {
    const id = alertIdOf({ day: '20261121', name: 'dormant#site:xyz' });
    const next = String.fromCharCode(id.charCodeAt(id.length - 1) + 1);
    // 25 bytes: four bits of the last character mean nothing.
    expect(alertPlaceOf(AlertId.parse(id.slice(0, -1) + next))).toBeUndefined();
  });
});
