const narrowSpace = '\u202f';
const minus = '\u2212';

/** Returns `12 345`, with a narrow space that does not break. */
export function grouped(value: number): string {
  const digits = String(Math.abs(value)).replace(/\B(?=(\d{3})+$)/g, narrowSpace);
  return value < 0 ? `${minus}${digits}` : digits;
}

/** Returns `+12`, `−3`, `0`. */
export function signed(value: number): string {
  return value > 0 ? `+${grouped(value)}` : grouped(value);
}

/** Returns `1 site`, `12 sites`. */
export function counted(value: number, one: string, several = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : several}`;
}

/** Returns `hwf`, `hwf and boost`, `hwf, boost and more`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

const months = 'January February March April May June July August September October November December'.split(' ');

/** @param time `2026-12-31T23:59:59Z` @returns `31 December 2026` */
export function longDay(time: string): string {
  const [year, month, day] = time.slice(0, 10).split('-').map(Number);
  return `${day} ${months[(month ?? 1) - 1]} ${year}`;
}
