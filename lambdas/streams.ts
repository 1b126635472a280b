import { alerts } from './platform/alerts/rows.ts';
import type { Stream } from './platform/area.ts';
import { audit } from './platform/audit/rows.ts';

/** Consumers of the table's stream; AWS allows two. */
export const streams = { ...audit.streams, ...alerts.streams } as const satisfies Record<string, Stream>;
