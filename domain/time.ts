/** Times are whole seconds since 1970 (NumericDate, RFC 7519 section 2), always the server's. */
export type Seconds = number;

export const minute = 60;
export const hour = 3600;
export const day = 86_400;

/** @returns `2026-11-21T10:00:00Z` */
export function isoTime(at: Seconds): string {
  return new Date(at * 1000).toISOString().replace('.000Z', 'Z');
}

/** @returns the UTC day, `20261121` */
export function dayOf(at: Seconds): string {
  return isoTime(at).slice(0, 10).replaceAll('-', '');
}

/** @returns the UTC month, `202611` */
export function monthOf(at: Seconds): string {
  return dayOf(at).slice(0, 6);
}

/** @returns the UTC quarter, `2026-Q4` */
export function quarterOf(at: Seconds): string {
  const time = new Date(at * 1000);
  return `${time.getUTCFullYear()}-Q${Math.floor(time.getUTCMonth() / 3) + 1}`;
}
