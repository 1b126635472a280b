import * as z from 'zod';
import type { Version } from '../../../domain/kernel/version.ts';

/** The history fields of every recorded item. */
export const HistoryItem = z.object({ seq: z.int(), event: z.object({ hash: z.string() }) });

export function versionOf({ seq, event }: z.infer<typeof HistoryItem>): Version {
  return { seq, eventHash: event.hash };
}
