import { hangsAfterMs } from './hangs-after.ts';

const lookEveryMs = 10;

/** Waits for what is done in the background, however slow the machine is. @throws when it does not come to pass */
export async function eventually(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const until = performance.now() + hangsAfterMs;
  while (!(await isSo())) {
    if (performance.now() > until) throw new Error('It did not come to pass.');
    await new Promise(resolve => setTimeout(resolve, lookEveryMs));
  }
}
