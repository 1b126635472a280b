import { type AlertMeaning, inBrackets } from '../alerts/alert-meanings.ts';

/** Alert reasons of site licensing, in words; docs/alerts.md has the same in a table. */
export const siteLicensingAlertReasons = {
  'key-expired': {
    severity: 'warning',
    title: 'Key expired',
    happened: ({ key }) => `${key} has expired and was not replaced.`,
    means: 'Every check of it answers that it is not valid. The application did not refresh it in time.',
    action: 'Ask the owner of the application why it does not refresh. refresh-key accepts this key for 60 days.',
  },
  'key-superseded': {
    severity: 'warning',
    title: 'Old key in use',
    happened: ({ key }) => `A client presented a replaced key instead of ${key}.`,
    means:
      'A newer key was issued and the old one is invalid. One alert is a late installation; alerts for days are a copy.',
    action: 'Ask the owner of the application to install the newer key everywhere.',
  },
  'key-unknown': {
    severity: 'critical',
    title: 'Key not recorded',
    happened: ({ key }) => `A client presented ${key}. The chain of trust has signed it, but it is not recorded.`,
    means:
      'A test stage shares keys with this one, data was restored from a backup, or an attacker signs with our keys.',
    action:
      'Rule out a restored backup. Otherwise treat the key of the enterprise as stolen: docs/runbook.md, key compromise.',
  },
  suspended: {
    severity: 'warning',
    title: 'Suspended, and in use',
    happened: ({ key }) => `A client presented ${key}, which is suspended, or whose enterprise is suspended.`,
    means: 'The suspension works: the key is refused. The customer still uses it.',
    action:
      'Nothing, if the suspension is intended. Otherwise reinstate by update-site or update-enterprise with status live.',
  },
  deleted: {
    severity: 'warning',
    title: 'Deleted, and in use',
    happened: ({ key }) => `A client presented ${key}, whose license has ended.`,
    means: 'The plant still runs, or a copy of its key is in use.',
    action: 'Ask the owner of the application. Deletion is final: a plant that continues needs a new site.',
  },
  dormant: {
    severity: 'warning',
    title: 'Dormant',
    happened: ({ key }) => `${key} expired at least 60 days ago; the license is dormant and not counted any more.`,
    means: 'It was not refreshed for 60 days after it expired. refresh-key no longer accepts it.',
    action: 'Ask whether the plant still runs: reissue-key reactivates it, delete-site deletes it.',
  },
  'possible-clone': {
    severity: 'critical',
    title: 'Possible clone',
    happened: ({ key, detail }) =>
      `Two installations seem to hold ${key}: a client presented a replaced key${inBrackets(detail)}.`,
    means:
      'An installation was copied, or a backup was restored with its old key. One of the two has no valid key now.',
    action:
      'Find out with the owner which one is genuine and give it a key by reissue-key; that invalidates the other copy.',
  },
  'refreshed-after-expiry': {
    severity: 'info',
    title: 'Refreshed late',
    happened: ({ key }) => `${key} was refreshed after it had expired.`,
    means: 'It is valid again. In between it was not valid: the application refreshes too late, or was not running.',
    action: 'Nothing, if it happens once. If it happens again, ask the owner of the application.',
  },
  reissued: {
    severity: 'warning',
    title: 'Key reissued',
    happened: ({ key, detail }) => `${key} was reissued${inBrackets(detail)}; the previous key is invalid.`,
    means: 'A key was lost, or a caller requested a new one without need. list-audit-events shows the caller.',
    action: 'Confirm that an operator or the owner of the application requested it.',
  },
  'proxy-by-operator': {
    severity: 'warning',
    title: 'Made a proxy',
    happened: ({ holder }) => `An operator made a proxy of ${holder}; it is not billed from now on.`,
    means: 'The change reduces the bill. list-audit-events shows the operator.',
    action: 'Confirm that it was agreed. update-site with another state reverts it.',
  },
  'expiring-soon': {
    severity: 'warning',
    title: 'Expires soon',
    happened: ({ key, detail }) => `${key} expires in less than ${detail || '5 days'} and was not replaced.`,
    means: 'It should have been replaced ten days before its expiry. The application, or renew-links, does not do so.',
    action: 'A key: ask the owner of the application to call refresh-key. A certificate: check the log of renew-links.',
  },
} as const satisfies Record<string, AlertMeaning>;

declare module '../alerts/alert.ts' {
  interface AlertReasons extends Record<keyof typeof siteLicensingAlertReasons, never> {}
}
