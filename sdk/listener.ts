/** Wraps a callback so that its errors, synchronous or asynchronous, neither reach the caller nor end the process. */
export function listener<T extends unknown[]>(listen: ((...args: T) => unknown) | undefined): (...args: T) => void {
  const call = async (args: T) => await listen?.(...args);
  return (...args) => void call(args).catch(() => {});
}
