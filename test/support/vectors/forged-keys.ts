import { generateKeyPairSync, sign } from 'node:crypto';
import type { SeededRandom } from '../seeded.ts';

const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** What an attacker may try who has seen a genuine key. */
export function forged(genuine: string, random: SeededRandom): string {
  const [leaf = '', enterprise = '', org = ''] = genuine.split('~');
  const [header = '', payload = '', signature = ''] = leaf.split('.');
  const other = `${Buffer.from(JSON.stringify({ n: random.below(1e9) })).toString('base64url')}`;
  return random.pick<() => string>([
    () => `${header}.${payload}.${flipped(signature, random)}~${enterprise}~${org}`,
    () => `${header}.${flipped(payload, random)}.${signature}~${enterprise}~${org}`,
    () => `${header}.${changed(payload, random)}.${signature}~${enterprise}~${org}`,
    () => `${signedAgain(header, changed(payload, random))}~${enterprise}~${org}`,
    () => `${leaf}~${flipped(enterprise, random)}~${org}`,
    () => `${leaf}~${enterprise}~${flipped(org, random)}`,
    () => `${leaf}~${org}~${enterprise}`,
    () => `${leaf}~${enterprise}~${underAnotherRoot(org)}`,
    () => `${leaf}~${enterprise}`,
    () => `${header}.${payload}.~${enterprise}~${org}`,
    () => `${other}.${other}.${other}~${enterprise}~${org}`,
    () => 'x'.repeat(1 + random.below(4000)),
  ])();
}

/** The last characters are left alone: they hold fewer bits than they could. */
function flipped(text: string, random: SeededRandom): string {
  const at = random.below(text.length - 2);
  return `${text.slice(0, at)}${text.charAt(at) === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
}

/** A chain that ends at a Root of the attacker's own. */
function underAnotherRoot(link: string): string {
  const [header = '', payload = ''] = link.split('.');
  const claimed = JSON.parse(Buffer.from(header, 'base64url').toString());
  const own = { ...claimed, kid: claimed.kid.replace(/^.{5}/, 'AAAAA') };
  return signedAgain(Buffer.from(JSON.stringify(own)).toString('base64url'), payload);
}

/** Claims that an attacker would like: another generation, another number, another end. */
function changed(payload: string, random: SeededRandom): string {
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const choice = random.pick([
    { gen: 2 + random.below(1000) },
    { exp: claims.exp + 1 + random.below(1e6) },
    { jti: jti(random) },
  ]);
  return Buffer.from(JSON.stringify({ ...claims, ...choice })).toString('base64url');
}

function jti(random: SeededRandom): string {
  return Array.from({ length: 22 }, () => random.pick([...'ABCDEFGHabcdefgh01234567'])).join('');
}

function signedAgain(header: string, payload: string): string {
  const signature = sign('sha256', Buffer.from(`${header}.${payload}`), { key: foreign, dsaEncoding: 'ieee-p1363' });
  return `${header}.${payload}.${signature.toString('base64url')}`;
}
