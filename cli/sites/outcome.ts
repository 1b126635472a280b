import * as z from 'zod';

const Made = z.object({
  made: z.string().describe('its id'),
  kept: z.boolean().describe('its key, in a key store'),
  keyRefused: z.string().optional().describe('why the server gives its key no more'),
});
const Refused = z.object({ refused: z.string().describe('a code of the problems') });

/** What became of a site. */
export const Outcome = z.union([Made, Refused]);
export type Outcome = z.infer<typeof Outcome>;
export type Made = z.infer<typeof Made>;

export function isMade(outcome: Outcome | undefined): outcome is Made {
  return outcome !== undefined && 'made' in outcome;
}
