/** Refusal codes of billing; `lambdas/billing/problems.ts` gives each its HTTP status and title. */
export const billingRefusals = ['quarter-running', 'quarter-closed', 'quarter-not-swept'] as const;

declare module '../kernel/refusal.ts' {
  interface RefusalCodes extends Record<(typeof billingRefusals)[number], never> {}
}
