import { type AlertMeaning, inBrackets } from '../alerts/alert-meanings.ts';

/** Alert reasons of billing, in words; docs/alerts.md has the same in a table. */
export const billingAlertReasons = {
  'count-mismatch': {
    severity: 'warning',
    title: 'Counts differ',
    happened: ({ holder, detail }) => `Two counts of ${holder} differ${inBrackets(detail)}.`,
    means:
      'The manifest of the application, or a recount of the sites, differs from the counters that the bill is based on.',
    action:
      'See get-aggregate-stats for each difference before the statement goes to finance; docs/runbook.md, wrong counts.',
  },
  'seat-limit-exceeded': {
    severity: 'warning',
    title: 'More users than agreed',
    happened: ({ holder, detail }) => `${holder} has more users who may configure than its limit${inBrackets(detail)}.`,
    means: 'The manifest of an application reports it. No site is blocked.',
    action: 'Contact the customer. Set a new limit by update-enterprise.',
  },
  'manifest-missing': {
    severity: 'warning',
    title: 'Manifest missing',
    happened: ({ holder, detail }) => `${holder} has not pushed its manifest${inBrackets(detail)}.`,
    means: "The statement will list it as missing. Its sites are billed by the server's own counters in any case.",
    action: 'Ask the owner of the application to call submit-manifest before day 10.',
  },
} as const satisfies Record<string, AlertMeaning>;

declare module '../alerts/alert.ts' {
  interface AlertReasons extends Record<keyof typeof billingAlertReasons, never> {}
}
