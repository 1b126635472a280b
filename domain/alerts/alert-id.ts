import * as z from 'zod';
import { decodeBase64url, encodeBase64url } from '../kernel/base64url.ts';

/** Id of an alert, unique inside its Org; its characters are safe in a path. */
export const AlertId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{20,500}$/)
  .brand<'AlertId'>();
export type AlertId = z.infer<typeof AlertId>;

/** The position of an alert: its UTC day, and its name within the day. */
export interface AlertPlace {
  readonly day: string;
  readonly name: string;
}

/** Returns the name of an alert, which is unique within its day. */
export function alertNameOf({
  reason,
  subject,
  detail,
}: {
  readonly reason: string;
  readonly subject: string;
  readonly detail?: string | undefined;
}): string {
  return [reason, subject, ...(detail ? [detail] : [])].join('#');
}

export function alertIdOf({ day, name }: AlertPlace): AlertId {
  return AlertId.parse(encodeBase64url(new TextEncoder().encode(`${day}#${name}`)));
}

const place = /^(?<day>\d{8})#(?<name>[a-z-]+#[a-z-]+:[A-Za-z0-9._:/-]{1,150}(#[A-Za-z0-9._-]{1,64})?)$/;

/** @returns undefined when no alert can have this id */
export function alertPlaceOf(id: AlertId): AlertPlace | undefined {
  const bytes = decodeBase64url(id);
  const { day, name } = place.exec(bytes ? new TextDecoder().decode(bytes) : '')?.groups ?? {};
  return day && name ? { day, name } : undefined;
}
