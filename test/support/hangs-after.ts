/**
 * Milliseconds after which a program or a wait of a test is ended. It only ends what hangs: nothing may depend on how fast a machine is
 * (test/time-limits.test.ts).
 */
export const hangsAfterMs = 240_000;
