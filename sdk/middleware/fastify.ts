import type { Admitted } from '../guard/admission.ts';
import type { LicenseGuard } from '../guard/license-guard.ts';
import { admit, defaultHeader, type MiddlewareOptions, problemBody, problemType, refusedStatus } from './gate.ts';

export interface GuardedFastifyRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Admission of the license key, once the request was admitted. */
  license?: Admitted;
}

export interface GuardedFastifyReply {
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(body: string): unknown;
}

/** Admits requests with a valid key and sets `request.license`; others get 403 with the reason. `app.addHook('preHandler', fastifyGuard(guard))` */
export function fastifyGuard(guard: LicenseGuard, { header = defaultHeader }: MiddlewareOptions = {}) {
  return async <R extends GuardedFastifyReply>(request: GuardedFastifyRequest, reply: R): Promise<R | undefined> => {
    const admission = await admit(guard, request.headers[header.toLowerCase()]);
    if (admission.allowed) {
      request.license = admission;
      return undefined;
    }
    reply.code(refusedStatus);
    reply.header('content-type', problemType);
    reply.send(problemBody(admission));
    return reply;
  };
}
