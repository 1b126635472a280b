import { type AlertMeaning, inBrackets } from '../alerts/alert-meanings.ts';

/** Alert reasons of site licensing, in words; docs/alerts.md has the same in a table. */
export const siteLicensingAlertReasons = {
  'key-expired': {
    severity: 'warning',
    title: 'Key expired',
    happened: ({ key }) => `${key} has expired and was not replaced.`,
    means: 'Whoever checks it is told that it is not valid. The application did not refresh it in time.',
    action: 'Ask the owner of the application why it does not refresh. For 60 days refresh-key still takes this key.',
  },
  'key-superseded': {
    severity: 'warning',
    title: 'Old key in use',
    happened: ({ key }) => `Somebody presented an old one in the place of ${key}.`,
    means: 'A newer key was issued and the old one is dead. Once is a late installation; for days it is a copy.',
    action: 'Ask the owner of the application to install the newer key everywhere.',
  },
  'key-unknown': {
    severity: 'critical',
    title: 'Key not recorded',
    happened: ({ key }) => `Somebody presented ${key}; our chain of trust has signed it, and it is not recorded.`,
    means:
      'A test stage shares keys with this one, data was restored from a backup, or somebody else signs with our keys.',
    action:
      'Rule out a restored backup. Otherwise treat the key of the enterprise as stolen: docs/runbook.md, key compromise.',
  },
  suspended: {
    severity: 'warning',
    title: 'Suspended, and in use',
    happened: ({ key }) => `Somebody presented ${key}, which is suspended, or whose enterprise is.`,
    means: 'The suspension works: the key is refused. The customer goes on trying.',
    action: 'Nothing, when that was meant. Otherwise reinstate by update-site or update-enterprise with status live.',
  },
  deleted: {
    severity: 'warning',
    title: 'Deleted, and in use',
    happened: ({ key }) => `Somebody presented ${key}, whose license has ended.`,
    means: 'The plant still runs, or somebody kept a copy of its key.',
    action: 'Ask the owner of the application. Deletion is final: a plant that goes on needs a new site.',
  },
  dormant: {
    severity: 'warning',
    title: 'Dormant',
    happened: ({ key }) => `${key} expired at least 60 days ago; the license is dormant and not counted any more.`,
    means: 'Nobody has refreshed it for months. Refresh-key takes it no longer.',
    action: 'Ask whether the plant still runs: reissue-key wakes it, delete-site ends it.',
  },
  'possible-clone': {
    severity: 'critical',
    title: 'Possible clone',
    happened: ({ key, detail }) =>
      `Two seem to hold ${key}: somebody used one${inBrackets(detail)} that had been replaced.`,
    means:
      'An installation was copied, or a backup was restored with its old key. One of the two has no valid key now.',
    action:
      'Find out with the owner which one is right and give it a key by reissue-key; that makes the other copy dead.',
  },
  'refreshed-after-expiry': {
    severity: 'info',
    title: 'Refreshed late',
    happened: ({ key }) => `${key} was refreshed after it had expired.`,
    means: 'It works again. In between it was not valid, so the application refreshes too late or was off.',
    action: 'Nothing, once. When it comes again, ask the owner of the application.',
  },
  reissued: {
    severity: 'warning',
    title: 'Key reissued',
    happened: ({ key, detail }) => `${key} was replaced as lost${inBrackets(detail)}; the former one is dead.`,
    means: 'A key was lost, or somebody who should not asked for a new one. list-audit-events says who it was.',
    action: 'Compare with what you know: an operator or the owner of the application should expect it.',
  },
  'proxy-by-operator': {
    severity: 'warning',
    title: 'Made a proxy',
    happened: ({ holder }) => `An operator made a proxy of ${holder}; it is not billed from now on.`,
    means: 'That is a decision about money. list-audit-events says who took it.',
    action: 'Make sure that it was agreed. update-site with another state undoes it.',
  },
  'expiring-soon': {
    severity: 'warning',
    title: 'Expires soon',
    happened: ({ key, detail }) => `${key} expires in less than ${detail || '5 days'} and was not replaced.`,
    means: 'It should have been replaced ten days before its end. Whoever should do that does not.',
    action: 'A key: ask the owner of the application to call refresh-key. A certificate: look after renew-links.',
  },
} as const satisfies Record<string, AlertMeaning>;

declare module '../alerts/alert.ts' {
  interface AlertReasons extends Record<keyof typeof siteLicensingAlertReasons, never> {}
}
