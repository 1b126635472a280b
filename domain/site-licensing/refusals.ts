/** Refusal codes of site licensing; `lambdas/site-licensing/problems.ts` gives each its HTTP status and title. */
export const siteLicensingRefusals = [
  'key-superseded',
  'key-expired',
  'site-deleted',
  'site-suspended',
  'enterprise-suspended',
  'mode-required',
  'mode-not-allowed',
  'mode-not-downgradable',
  'mode-change-by-refresh',
  'state-operator-only',
  'status-operator-only',
  'reference-taken',
  'reference-was-production',
  'enterprise-cap-reached',
] as const;

declare module '../kernel/refusal.ts' {
  interface RefusalCodes extends Record<(typeof siteLicensingRefusals)[number], never> {}
}
