/** Lets the process exit while a timer is pending. A no-op in browsers, where a timer is a number. */
export function runInBackground<T>(timer: T): T {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
    timer.unref();
  return timer;
}
