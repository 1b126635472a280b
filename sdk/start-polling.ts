import { runInBackground } from './run-in-background.ts';

const lookEveryMs = 900_000;

/**
 * Looks every quarter of an hour, with luck in each pause, so that many processes do not stay in step; it keeps no process alive.
 * @returns ends it
 */
export function startPolling(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const again = () => {
    if (ended) return;
    timer = runInBackground(setTimeout(look, lookEveryMs * (0.5 + Math.random())));
  };
  const look = () => void work().catch(onError).finally(again);
  look();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
