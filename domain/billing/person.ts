import { day, type Quarter, quarterEnds, type Seconds } from '../kernel/time.ts';
import type { Admin } from './manifest.ts';

/** A stored admin: with the salt of the commitment in the stored manifest. */
export interface StoredAdmin extends Admin {
  readonly salt: string;
}

/** Returns the normalized form of an e-mail address, which identifies a person. */
export function emailName(email: string): string {
  return email.trim().toLowerCase();
}

/** Retention of admins after their quarter, in days: until the statement of the same quarter a year later can be compared. */
const retentionDays = 400;

/** Returns when the names and addresses of a quarter's admins are deleted. */
export function adminsEnd(quarter: Quarter): Seconds {
  return quarterEnds(quarter) + retentionDays * day;
}
