import * as z from 'zod';

/** A time as clients see it. */
export const time = z.string().describe('ISO 8601, UTC');
