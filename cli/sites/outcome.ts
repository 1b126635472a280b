import * as z from 'zod';

const CreatedSite = z.object({
  siteId: z.string().describe('id of the created site'),
  isKeyStored: z.boolean().describe('whether its key is in the key folder'),
  keyRefused: z.string().optional().describe('problem code when the server no longer returns its key'),
});
const Refused = z.object({ refused: z.string().describe('problem code') });

/** Outcome of the import of a site. */
export const Outcome = z.union([CreatedSite, Refused]);
export type Outcome = z.infer<typeof Outcome>;
export type CreatedSite = z.infer<typeof CreatedSite>;

export function isCreated(outcome: Outcome | undefined): outcome is CreatedSite {
  return outcome !== undefined && 'siteId' in outcome;
}
