import { runInBackground } from './run-in-background.ts';

const intervalMs = 900_000;

/**
 * Runs work now and then about every quarter of an hour, with jitter so that processes do not stay in step. Lets the process exit.
 * @returns stops it
 */
export function startPolling(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const again = () => {
    if (ended) return;
    timer = runInBackground(setTimeout(poll, intervalMs * (0.5 + Math.random())));
  };
  const poll = () => void work().catch(onError).finally(again);
  poll();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
