import type { Admitted } from '../guard/admission.ts';
import type { LicenseGuard } from '../guard/license-guard.ts';
import { admit, defaultHeader, type MiddlewareOptions, problemBody, problemType, refusedStatus } from './gate.ts';

export interface GuardedContext {
  readonly req: { header(name: string): string | undefined };
  set(name: 'license', value: Admitted): void;
}

/** Admits requests with a valid key and sets `c.get('license')`; others get 403 with the reason. `app.use(honoGuard(guard))` */
export function honoGuard(guard: LicenseGuard, { header = defaultHeader }: MiddlewareOptions = {}) {
  return async (context: GuardedContext, next: () => Promise<void>): Promise<Response | undefined> => {
    const admission = await admit(guard, context.req.header(header));
    if (!admission.allowed)
      return new Response(problemBody(admission), { status: refusedStatus, headers: { 'content-type': problemType } });
    context.set('license', admission);
    await next();
    return undefined;
  };
}
