import * as z from 'zod';

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  after: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,600}$/)
    .optional()
    .describe('`next` of the previous page'),
};

export const nextPage = z
  .string()
  .optional()
  .describe('pass it as `after` to get the next page; absent on the last page');
