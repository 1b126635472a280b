import * as z from 'zod';
import { isServerUrl } from '../sdk/server-url.ts';

export const ServerUrl = z
  .string()
  .refine(isServerUrl, 'expected https:// (http:// on this machine only), without a password or a query');
