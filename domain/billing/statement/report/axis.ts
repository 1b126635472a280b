/** A scale in round steps. */
export interface Axis {
  readonly ticks: readonly number[];
  /** where it begins: zero, unless all values are far above */
  readonly from: number;
  /** the share of the whole length, 0 to 1 */
  at(value: number): number;
}

const roundSteps = [1, 2, 5, 10];

/** Returns an axis from zero with about `wanted` steps of 1, 2 or 5 times a power of ten; integers only. */
export function axisTo(largest: number, wanted = 5): Axis {
  return axisBetween(0, largest, wanted);
}

/** Returns an axis from a round number below `smallest` where all values are close together; the plot must state that. */
export function axisAround(smallest: number, largest: number, wanted = 4): Axis {
  const spread = largest - smallest;
  const isClose = smallest > 2 * spread && smallest > 20;
  return axisBetween(isClose ? smallest - spread / 2 - 1 : 0, largest, wanted);
}

function axisBetween(smallest: number, largest: number, wanted: number): Axis {
  const rough = Math.max(1, (largest - smallest) / wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (roundSteps.find(round => round * power >= rough) ?? 10);
  const from = Math.floor(smallest / step) * step;
  const count = Math.max(1, Math.ceil((largest - from) / step));
  const ticks = Array.from({ length: count + 1 }, (_, i) => from + i * step);
  return { ticks, from, at: value => (value - from) / (count * step) };
}

/** Coordinates with one decimal: the same numbers make the same bytes everywhere. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
