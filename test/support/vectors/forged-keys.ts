import { generateKeyPairSync, sign } from 'node:crypto';
import type { Luck } from '../seeded.ts';

const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** What an attacker may try who has seen a genuine key. */
export function forged(genuine: string, luck: Luck): string {
  const [leaf = '', enterprise = '', org = ''] = genuine.split('~');
  const [header = '', payload = '', signature = ''] = leaf.split('.');
  const other = `${Buffer.from(JSON.stringify({ n: luck.below(1e9) })).toString('base64url')}`;
  return luck.pick<() => string>([
    () => `${header}.${payload}.${flipped(signature, luck)}~${enterprise}~${org}`,
    () => `${header}.${flipped(payload, luck)}.${signature}~${enterprise}~${org}`,
    () => `${header}.${changed(payload, luck)}.${signature}~${enterprise}~${org}`,
    () => `${signedAnew(header, changed(payload, luck))}~${enterprise}~${org}`,
    () => `${leaf}~${flipped(enterprise, luck)}~${org}`,
    () => `${leaf}~${enterprise}~${flipped(org, luck)}`,
    () => `${leaf}~${org}~${enterprise}`,
    () => `${leaf}~${enterprise}~${underAnotherRoot(org)}`,
    () => `${leaf}~${enterprise}`,
    () => `${header}.${payload}.~${enterprise}~${org}`,
    () => `${other}.${other}.${other}~${enterprise}~${org}`,
    () => 'x'.repeat(1 + luck.below(4000)),
  ])();
}

/** The last characters are left alone: they hold fewer bits than they could. */
function flipped(text: string, luck: Luck): string {
  const at = luck.below(text.length - 2);
  return `${text.slice(0, at)}${text.charAt(at) === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
}

/** A chain that ends at a Root of the attacker's own. */
function underAnotherRoot(link: string): string {
  const [header = '', payload = ''] = link.split('.');
  const claimed = JSON.parse(Buffer.from(header, 'base64url').toString());
  const own = { ...claimed, kid: claimed.kid.replace(/^.{5}/, 'AAAAA') };
  return signedAnew(Buffer.from(JSON.stringify(own)).toString('base64url'), payload);
}

/** Claims that an attacker would like: another generation, another number, another end. */
function changed(payload: string, luck: Luck): string {
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const wish = luck.pick([
    { gen: 2 + luck.below(1000) },
    { exp: claims.exp + 1 + luck.below(1e6) },
    { jti: jti(luck) },
  ]);
  return Buffer.from(JSON.stringify({ ...claims, ...wish })).toString('base64url');
}

function jti(luck: Luck): string {
  return Array.from({ length: 22 }, () => luck.pick([...'ABCDEFGHabcdefgh01234567'])).join('');
}

function signedAnew(header: string, payload: string): string {
  const signature = sign('sha256', Buffer.from(`${header}.${payload}`), { key: foreign, dsaEncoding: 'ieee-p1363' });
  return `${header}.${payload}.${signature.toString('base64url')}`;
}
