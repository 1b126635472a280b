import type { Admission, Admitted } from '../guard/admission.ts';
import type { LicenseGuard } from '../guard/license-guard.ts';
import { admit, defaultHeader, type MiddlewareOptions, problemBody, problemType, refusedStatus } from './gate.ts';

declare global {
  // Merged into the request type of Express.
  namespace Express {
    interface Request {
      /** Admission of the license key; set by `expressGuard`. */
      license?: Admitted;
    }
  }
}

/** A request of Express, Connect or `node:http`. */
export interface GuardedRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Admission of the license key, once the request was admitted. */
  license?: Admitted;
}

export interface GuardedResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/** Admits requests with a valid key and sets `request.license`; others get 403 with the reason. `app.use(expressGuard(guard))` */
export function expressGuard(guard: LicenseGuard, { header = defaultHeader }: MiddlewareOptions = {}) {
  return (request: GuardedRequest, response: GuardedResponse, next: (error?: unknown) => void): void => {
    admit(guard, request.headers[header.toLowerCase()])
      .then(admission => applyAdmission(admission, request, response))
      .then(isAdmitted => isAdmitted && next(), next);
  };
}

/** @throws when another handler has sent the response meanwhile */
function applyAdmission(admission: Admission, request: GuardedRequest, response: GuardedResponse): boolean {
  if (admission.allowed) {
    request.license = admission;
    return true;
  }
  response.statusCode = refusedStatus;
  response.setHeader('content-type', problemType);
  response.end(problemBody(admission));
  return false;
}
