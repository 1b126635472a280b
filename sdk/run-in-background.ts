/** A timer that keeps no process alive, where a platform has processes: in a browser it is a number. */
export function runInBackground<T>(timer: T): T {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
    timer.unref();
  return timer;
}
