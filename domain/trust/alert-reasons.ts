import type { AlertMeaning } from '../alerts/alert-meanings.ts';

/** Alert reasons of the chain of trust, in words; docs/alerts.md has the same in a table. */
export const trustAlertReasons = {
  'link-renewal-late': {
    severity: 'critical',
    title: 'Renewal fails',
    happened: ({ key }) => `The renewal of ${key} is overdue by days.`,
    means:
      'Its keys stay valid. When fewer than 11 days are left, no new ones are issued; when it expires, all its keys expire.',
    action: 'Find the error in the log of renew-links, repair it, and start renew-links by hand.',
  },
} as const satisfies Record<string, AlertMeaning>;

declare module '../alerts/alert.ts' {
  interface AlertReasons extends Record<keyof typeof trustAlertReasons, never> {}
}
