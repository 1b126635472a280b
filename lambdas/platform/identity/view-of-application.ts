import type * as z from 'zod';
import type { Application } from '../../../domain/identity/application.ts';
import { isoTime } from '../../../domain/kernel/time.ts';
import type { applicationView } from './shapes/application.ts';

/** Converts an application for operators and itself; without public keys, which they have. */
export function viewOfApplication({
  app,
  role,
  status,
  policy,
  keys,
  createdAt,
}: Application): z.input<typeof applicationView> {
  return {
    application: app,
    role,
    status,
    policy,
    keys: keys.map(({ keyid, alg, notAfter }) => ({ keyid, alg, ...(notAfter && { notAfter: isoTime(notAfter) }) })),
    createdAt: isoTime(createdAt),
  };
}
