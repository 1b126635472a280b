import * as z from 'zod';
import { StatementDigests } from '../../../../domain/chain/levels.ts';
import { OrgId } from '../../../../domain/kernel/ids.ts';
import { Quarter } from '../../../../domain/kernel/time.ts';

/** A quarter's statement by the digests of its files: nothing else can be signed here. */
export const SignStatementRequest = z.strictObject({
  org: OrgId,
  /** newest first: the one over the key that signs is chosen among them */
  orgLinks: z.array(z.string()).max(50),
  quarter: Quarter,
  revision: z.int().min(1).max(9999),
  rules: z.string().min(1).max(16),
  files: StatementDigests,
});
export type SignStatementRequest = z.infer<typeof SignStatementRequest>;

/** `statement ~ org link` */
export const SignStatementAnswer = z.strictObject({ chain: z.string() });
export type SignStatementAnswer = z.infer<typeof SignStatementAnswer>;
