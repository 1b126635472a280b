import * as z from 'zod';
import { decodeBase64url, encodeBase64url } from '../../../domain/kernel/base64url.ts';
import { Refusal } from '../../../domain/kernel/refusal.ts';
import type { BucketPlace } from './bucket-page.ts';

const Cursor = z.tuple([z.string().min(1).max(16), z.string().min(1).max(400)]);

/** Returns `next` of a page: the position of its last item. */
export function cursorTo({ bucket, sk }: BucketPlace): string {
  return encodeBase64url(new TextEncoder().encode(JSON.stringify([bucket, sk])));
}

/**
 * Parses a cursor. A forged one only reaches another position of the same list, which the caller may read. One of another list is
 * refused, since DynamoDB rejects a start outside of the query's range. @throws invalid-request
 */
export function cursorFrom(text: string, isOfThisList: (place: BucketPlace) => boolean): BucketPlace {
  const place = placeIn(text);
  if (place && isOfThisList(place)) return place;
  throw new Refusal('invalid-request', 'The page cursor is invalid: expected the `next` of the previous page.', [
    { pointer: '#/query/after', detail: 'must be the `next` of a page' },
  ]);
}

function placeIn(text: string): BucketPlace | undefined {
  try {
    const [bucket, sk] = Cursor.parse(JSON.parse(new TextDecoder().decode(decodeBase64url(text))));
    return { bucket, sk };
  } catch {
    return undefined;
  }
}
