import * as z from 'zod';
import { isHeld, type KeyRecord } from '../sdk/keys/key-record.ts';
import { afterRefusal, type KeyStep, nextStep } from '../sdk/keys/key-state.ts';
import { isRefusal, ProblemError } from '../sdk/problem-error.ts';
import { genuineKey } from '../sdk/roots/genuine-key.ts';
import type { KnownRoots } from '../sdk/roots/known-roots.ts';
import { randomName } from '../sdk/sign-request.ts';
import type { KeyClaims } from '../sdk/verify.ts';
import { verifyVerdict } from '../sdk/verify-verdict.ts';
import type { Connection } from './profile.ts';
import type { RotatedSecret, Version } from './rotated-secret.ts';
import { RotationError } from './rotation-error.ts';

/** Dependencies of a rotation step. */
export interface Rotation {
  readonly secret: RotatedSecret;
  readonly roots: KnownRoots;
  connect(): Promise<Connection>;
}

/** Outcome of a step, for the log. */
export type Outcome =
  | 'staged'
  | 'already-staged'
  | 'nothing-to-do'
  | 'valid'
  | 'server-unavailable'
  | 'current'
  | 'superseded';

const Answer = z.object({ key: z.string() });
const maxSteps = 10;

/**
 * Refreshes the key and stages the new one. The request is persisted in the current version first. Every repeat, by any rotation or the
 * application, is then the same request and returns the same key.
 */
export async function createSecret(rotation: Rotation): Promise<Outcome> {
  const { secret } = rotation;
  if (await secret.pending()) return 'already-staged';
  const { client } = await rotation.connect();
  for (let turn = 0; turn < maxSteps; turn++) {
    const current = await secret.current();
    const facts = await claimsOf(current.record, rotation);
    if (!facts) return await stageUnchanged(rotation, current);
    const at = { now: client.now(), intent: { kind: 'refresh' }, freshIdempotencyKey: randomName() } as const;
    const step = nextStep(current.record, facts, at);
    if (step.kind === 'persist') await secret.replace(step.record, current);
    if (step.kind === 'send' && (await refresh(rotation, step, { current, facts }))) return 'staged';
  }
  throw new RotationError('record-changes', 'The secret changes constantly. Check which other process writes it.');
}

/** Does nothing: the license server knows the key that it issued. */
export async function setSecret(): Promise<Outcome> {
  return 'nothing-to-do';
}

/**
 * Verifies the staged key, and checks it with the server. Before a first rotation nothing is staged: it tests the profile and the current
 * key. Secrets Manager then reports invalid settings when the rotation is attached.
 */
export async function testSecret(rotation: Rotation): Promise<Outcome> {
  const current = await rotation.secret.current();
  const { record } = (await rotation.secret.pending()) ?? current;
  const connection = await rotation.connect();
  const claims = await claimsOf(record, rotation);
  if (!isHeld(record) || !claims) return 'nothing-to-do';
  const before = await claimsOf(current.record, rotation);
  if (before) assertSameHolder(claims, before);
  if (before && claims.gen < before.gen) return 'superseded';
  return await assertValid(record.key, rotation.roots, connection);
}

/** Makes the new key current, unless the application has refreshed its key meanwhile. */
export async function finishSecret(rotation: Rotation): Promise<Outcome> {
  const { secret } = rotation;
  for (let turn = 0; turn < maxSteps; turn++) {
    const [current, pending] = [await secret.current(), await secret.pending()];
    if (!pending) throw new RotationError('nothing-staged', 'The staged key is missing.');
    const isCurrent = (await mayReplace(current, pending, rotation)) && (await secret.promote(current));
    if (!isCurrent && (await secret.current()).id !== current.id) continue;
    await secret.dropPending();
    return isCurrent ? 'current' : 'superseded';
  }
  throw new RotationError('record-changes', 'The secret changes constantly. Check which other process writes it.');
}

/** Stages a record without a key unchanged: its site is being created, or was removed. */
async function stageUnchanged({ secret }: Rotation, { record }: Version): Promise<Outcome> {
  await secret.stage(record);
  return 'nothing-to-do';
}

/** Sends the refresh and stages its key. @returns false when another process has replaced the record meanwhile */
async function refresh(
  rotation: Rotation,
  { operation, input, idempotencyKey }: Extract<KeyStep, { kind: 'send' }>,
  { current, facts }: { current: Version; facts: KeyClaims },
): Promise<boolean> {
  const { client } = await rotation.connect();
  try {
    const { key } = Answer.parse(await client.callByName(operation, input, { idempotencyKey }));
    const claims = await genuineKey(key, rotation.roots);
    assertSameHolder(claims, facts);
    if (claims.gen <= facts.gen)
      throw new RotationError('not-newer', 'The key in the answer is invalid: expected a newer generation.');
    await rotation.secret.stage({ key, nextIdempotencyKey: randomName() });
    return true;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (error.code === 'key-superseded' && (await rotation.secret.current()).id !== current.id) return false;
    const record = afterRefusal(current.record, error.code);
    if (record) await rotation.secret.replace(record, current);
    throw error;
  }
}

/** Checks a key with the server. An unavailable server is accepted: the old key is superseded already. */
async function assertValid(key: string, roots: KnownRoots, { client, audience }: Connection): Promise<Outcome> {
  const nonce = randomName();
  const answer = await client.call('check-validity', { key }, { nonce }).catch(error => {
    if (isRefusal(error)) throw error;
    return undefined;
  });
  if (!answer) return 'server-unavailable';
  const asked = { nonce, audience, key, now: 'own-expiry' } as const;
  const { valid, reason } = await roots.verify(
    async pinned => await verifyVerdict(answer.verdict, { ...pinned, ...asked }),
  );
  if (!valid) throw new RotationError(reason ?? 'not-valid', 'The license server reports the key as invalid.');
  return 'valid';
}

/**
 * Whether the pending record may replace the current one: a newer key, the same key without a started refresh, or an unchanged record
 * without a key.
 */
async function mayReplace(current: Version, pending: Version, rotation: Rotation): Promise<boolean> {
  const [before, after] = [await claimsOf(current.record, rotation), await claimsOf(pending.record, rotation)];
  if (!before || !after) return !before && !after && current.text === pending.text;
  assertSameHolder(after, before);
  const isIdle = isHeld(current.record) && !current.record.refreshing;
  return after.gen > before.gen || (after.jti === before.jti && isIdle);
}

function assertSameHolder(claims: KeyClaims, before: KeyClaims): void {
  if (claims.sub !== before.sub) throw new RotationError('other-holder', 'The new key belongs to another site.');
}

async function claimsOf(record: KeyRecord, { roots }: Rotation): Promise<KeyClaims | undefined> {
  return isHeld(record) ? await genuineKey(record.key, roots) : undefined;
}
