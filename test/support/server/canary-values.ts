import { randomUUID } from 'node:crypto';
import type { Unsigned } from '../../platform/request/signed.ts';
import type { Parts } from '../../platform/request/signed-call.ts';

/** What a careless client, or a curious one, may put anywhere: all of them hold this word. */
export const canary = 'Xanary';
const jwt = `${Buffer.from(`{"alg":"ES256","Xanary":1}`).toString('base64url')}.${canary}.${canary}`;

export const plants = {
  'a name': `Waterworks ${canary} Lyon`,
  'an e-mail': `person.${canary}@example.com`,
  'a key': `${jwt}~${jwt}~${jwt}`,
  'a token': `Bearer ${canary}${'A'.repeat(40)}`,
  'a reference': `${canary}-17`,
} as const;

/** Each string of a body in turn replaced, however deep it lies. */
export function* plantedBodies(body: unknown, plant: string): Iterable<unknown> {
  if (typeof body === 'string') yield plant;
  if (typeof body !== 'object' || body === null) return;
  for (const [name, inner] of Object.entries(body))
    for (const planted of plantedBodies(inner, plant))
      yield Array.isArray(body)
        ? body.map((item, i) => (String(i) === name ? planted : item))
        : { ...body, [name]: planted };
}

/** Headers beside those that the profile wants: proxies and clients send them, and no signature covers them. */
export function foreignHeaders(plant: string): readonly (readonly [name: string, value: string])[] {
  const names = ['authorization', 'cookie', 'referer', 'user-agent', 'x-api-key', 'x-customer', 'x-forwarded-for'];
  return [...names, `x-${canary}`.toLowerCase()].map(name => [name, plant]);
}

/** Idempotency-Keys with a plant in them, one of them of the right form. */
export function plantedKeys(plant: string): readonly string[] {
  return [plant, `${plant.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 40)}-${randomUUID().slice(0, 20)}`];
}

export function plantedTargets({ path, query }: Parts, plant: string): Partial<Unsigned>[] {
  const segment = plant.replace(/[^A-Za-z0-9._~-]/g, '-');
  const segments = path.split('/');
  return [
    ...segments.slice(3).map((_, i) => ({ path: segments.map((old, at) => (at === i + 3 ? segment : old)).join('/') })),
    ...['limit', 'after', 'site', 'month', segment].map(name => ({ query: `${name}=${segment}` })),
    ...(query ? [{ query: `${query}&z=${segment}` }] : []),
  ];
}

const base = '"@method" "@authority" "@path" "@query"';
const end =
  ';created=1;keyid="hub.hwf.AAAAAAAAAAAAAAAAAAAAAA";nonce="0123456789abcdef";alg="ed25519";tag="license-server-v1"';

/** Values of Signature-Input with a plant wherever its grammar has room. */
export function plantedInputs(plant: string): string[] {
  const token = plant.replace(/[^A-Za-z0-9]/g, '');
  return [
    plant,
    `${token.toLowerCase()}=(${base})${end}`,
    `sig=(${base} "${plant}")${end}`,
    `sig=(${base} "${token}")${end}`,
    `sig=(${base} "@${token.toLowerCase()}")${end}`,
    `sig=(${base} "${token.toLowerCase()}")${end}`,
    `sig=(${base} "content-type";key="${plant}")${end}`,
    `sig=(${base} "content-type";${token.toLowerCase()})${end}`,
    `sig=(${base})${end};${token.toLowerCase()}="${plant}"`,
    `sig=(${base} ${token})${end}`,
    ...['keyid', 'nonce', 'alg', 'tag'].map(
      name => `sig=(${base})${end.replace(new RegExp(`${name}="[^"]*"`), `${name}="${plant}"`)}`,
    ),
    `sig=(${base})${end}, two=(${base});tag="${plant}"`,
    `sig=${plant}`,
    `sig="${plant}";tag="license-server-v1"`,
  ];
}
