import type { Admission, Admitted } from '../guard/admission.ts';
import type { LicenseGuard } from '../guard/license-guard.ts';
import { admit, defaultHeader, type MiddlewareOptions, problemBody, problemType, refusedStatus } from './gate.ts';

declare global {
  // What the types of Express merge into their request.
  namespace Express {
    interface Request {
      /** what the key allows, behind an `expressGuard` */
      license?: Admitted;
    }
  }
}

/** A request of Express, Connect or `node:http`. */
export interface GuardedRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** what the key allows, once it was let in */
  license?: Admitted;
}

export interface GuardedResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/** Lets requests with a good key in, as `request.license`; the others get 403 and the reason. `app.use(expressGuard(guard))` */
export function expressGuard(guard: LicenseGuard, { header = defaultHeader }: MiddlewareOptions = {}) {
  return (request: GuardedRequest, response: GuardedResponse, next: (error?: unknown) => void): void => {
    admit(guard, request.headers[header.toLowerCase()])
      .then(admission => letIn(admission, request, response))
      .then(isIn => isIn && next(), next);
  };
}

/** @throws where another has answered while the guard was waited for */
function letIn(admission: Admission, request: GuardedRequest, response: GuardedResponse): boolean {
  if (admission.allowed) {
    request.license = admission;
    return true;
  }
  response.statusCode = refusedStatus;
  response.setHeader('content-type', problemType);
  response.end(problemBody(admission));
  return false;
}
