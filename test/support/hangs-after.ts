/**
 * Milliseconds after which a program or a wait of a test is ended. It only ends what hangs: nothing may depend on how fast a machine is
 * (test/time-limits.test.ts).
 */
export const hangsAfterMs = 240_000;

/** The same for a program that runs a whole story, such as the demo. */
export const storyHangsAfterMs = 3 * hangsAfterMs;
