import type { Admission, Refused } from '../guard/admission.ts';
import type { LicenseGuard } from '../guard/license-guard.ts';

export interface MiddlewareOptions {
  /** Name of the request header with the key. @default license-key */
  readonly header?: string;
}

export const defaultHeader = 'license-key';
export const problemType = 'application/problem+json';
export const refusedStatus = 403;

/** Checks the key in a header; a repeated header counts as missing. */
export async function admit(guard: LicenseGuard, value: string | string[] | undefined): Promise<Admission> {
  return await guard.check(typeof value === 'string' ? value : undefined);
}

/** Returns the problem details of a refused request (RFC 9457), as JSON. */
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
