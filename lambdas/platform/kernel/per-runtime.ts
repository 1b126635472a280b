import type { Runtime } from './runtime.ts';

/** Creates one value for each runtime: clients and caches exist as long as the function's instance. */
export function perRuntime<T>(make: (runtime: Runtime) => T): (runtime: Runtime) => T {
  const made = new WeakMap<Runtime, { value: T }>();
  return runtime => {
    const known = made.get(runtime) ?? { value: make(runtime) };
    made.set(runtime, known);
    return known.value;
  };
}
