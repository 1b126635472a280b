/** Whoever listens must not stop what he listens to, nor end the process, when he throws: at once or, being asynchronous, later. */
export function listener<T extends unknown[]>(listen: ((...told: T) => unknown) | undefined): (...told: T) => void {
  const hear = async (told: T) => await listen?.(...told);
  return (...told) => void hear(told).catch(() => {});
}
