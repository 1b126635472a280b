import { systemRuntime } from '../../../lambdas/platform/kernel/system-runtime.ts';

/** Returns the environment by which a program of its own lives by this clock, as the documents say; it goes on from there. */
export function clockAhead(clock: { readonly at: number }): { LICENSE_SERVER_CLOCK_AHEAD: string } {
  return { LICENSE_SERVER_CLOCK_AHEAD: String(clock.at - systemRuntime.now()) };
}
