import type { AlertMeaning } from '../alerts/alert-meanings.ts';

/** Alert reasons of the chain of trust, in words; docs/alerts.md has the same in a table. */
export const trustAlertReasons = {
  'link-renewal-late': {
    severity: 'critical',
    title: 'Renewal fails',
    happened: ({ key }) => `${key} was due for renewal days ago and is not renewed.`,
    means: 'Its keys go on. When fewer than 11 days are left, no new ones are issued; when it ends, all its keys do.',
    action: 'Find the error in the log of renew-links and start that by hand when it is mended.',
  },
} as const satisfies Record<string, AlertMeaning>;

declare module '../alerts/alert.ts' {
  interface AlertReasons extends Record<keyof typeof trustAlertReasons, never> {}
}
