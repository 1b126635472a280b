import * as z from 'zod';
import { isServerUrl } from '../sdk/server-url.ts';

export const ServerUrl = z
  .string()
  .refine(isServerUrl, 'must begin with https:// (http:// on this machine only), and hold no password and no query');
