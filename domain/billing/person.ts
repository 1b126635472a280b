import { day, type Quarter, quarterEnds, type Seconds } from '../kernel/time.ts';
import type { Admin } from './manifest.ts';

/** An admin as the table keeps one: with the salt that opens the commitment in the kept manifest. */
export interface StoredAdmin extends Admin {
  readonly salt: string;
}

/** Returns the normalized form of an e-mail address, which identifies a person. */
export function emailName(email: string): string {
  return email.trim().toLowerCase();
}

/** How long admins are kept after their quarter: until the statement of the same quarter a year later is made and may be compared. */
const keptDays = 400;

/** @returns when the names and addresses of a quarter's admins end */
export function adminsEnd(quarter: Quarter): Seconds {
  return quarterEnds(quarter) + keptDays * day;
}
