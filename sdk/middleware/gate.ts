import type { Admission, Refused } from '../guard/admission.ts';
import type { LicenseGuard } from '../guard/license-guard.ts';

export interface MiddlewareOptions {
  /** the request header that carries the key @default license-key */
  readonly header?: string;
}

export const defaultHeader = 'license-key';
export const problemType = 'application/problem+json';
export const refusedStatus = 403;

/** A header that came twice is none. */
export async function admit(guard: LicenseGuard, value: string | string[] | undefined): Promise<Admission> {
  return await guard.check(typeof value === 'string' ? value : undefined);
}

/** The answer to a request that is not let in (RFC 9457). */
export function problemBody({ reason, detail }: Refused): string {
  const type = `urn:license-server:refusal:${reason}`;
  return JSON.stringify({
    type,
    title: 'The license does not allow this',
    status: refusedStatus,
    code: reason,
    detail,
  });
}
