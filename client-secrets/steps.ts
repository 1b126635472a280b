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

/** What a step may use. */
export interface Rotation {
  readonly secret: RotatedSecret;
  readonly roots: KnownRoots;
  connect(): Promise<Connection>;
}

/** What has become of a step, for the log. */
export type Outcome =
  | 'staged'
  | 'staged-before'
  | 'nothing-to-do'
  | 'good'
  | 'server-not-asked'
  | 'current'
  | 'overtaken';

const Answer = z.object({ key: z.string() });
const mostTurns = 10;

/**
 * Refreshes the key and stages the new one. What is sent is persisted in the current version before, so that every repeat, by this
 * rotation, by another one or by the application itself, is the same request and gets the same key.
 */
export async function createSecret(rotation: Rotation): Promise<Outcome> {
  const { secret } = rotation;
  if (await secret.pending()) return 'staged-before';
  const { client } = await rotation.connect();
  for (let turn = 0; turn < mostTurns; turn++) {
    const current = await secret.current();
    const facts = await claimsOf(current.record, rotation);
    if (!facts) return await stageAsItIs(rotation, current);
    const at = { now: client.now(), wish: { kind: 'refresh' }, freshIdempotencyKey: randomName() } as const;
    const step = nextStep(current.record, facts, at);
    if (step.kind === 'persist') await secret.replace(step.record, current);
    if (step.kind === 'send' && (await refresh(rotation, step, { current, facts }))) return 'staged';
  }
  throw new RotationError('record-changes', 'The secret changes all the time: who else writes there?');
}

/** There is nothing to set: the license server knows the key that it has made. */
export async function setSecret(): Promise<Outcome> {
  return 'nothing-to-do';
}

/**
 * Verifies what is staged once more, and asks the server whether it is good. Before a first rotation, when nothing is staged, it
 * tests the profile and the current key: so Secrets Manager tells of wrong settings when the rotation is attached.
 */
export async function testSecret(rotation: Rotation): Promise<Outcome> {
  const current = await rotation.secret.current();
  const { record } = (await rotation.secret.pending()) ?? current;
  const connection = await rotation.connect();
  const claims = await claimsOf(record, rotation);
  if (!isHeld(record) || !claims) return 'nothing-to-do';
  const before = await claimsOf(current.record, rotation);
  if (before) assertSameHolder(claims, before);
  if (before && claims.gen < before.gen) return 'overtaken';
  return await assertValid(record.key, rotation.roots, connection);
}

/** Lets the new key count, unless the application has gone on by itself meanwhile: then its own key stays. */
export async function finishSecret(rotation: Rotation): Promise<Outcome> {
  const { secret } = rotation;
  for (let turn = 0; turn < mostTurns; turn++) {
    const [current, pending] = [await secret.current(), await secret.pending()];
    if (!pending) throw new RotationError('nothing-staged', 'There is no new key to finish with.');
    const isCurrent = (await mayReplace(current, pending, rotation)) && (await secret.promote(current));
    if (!isCurrent && (await secret.current()).id !== current.id) continue;
    await secret.dropPending();
    return isCurrent ? 'current' : 'overtaken';
  }
  throw new RotationError('record-changes', 'The secret changes all the time: who else writes there?');
}

/** A record without a key, of a site that is being made or was forgotten, goes through the rotation as it is. */
async function stageAsItIs({ secret }: Rotation, { record }: Version): Promise<Outcome> {
  await secret.stage(record);
  return 'nothing-to-do';
}

/** @returns false when another has gone on meanwhile: look again */
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
    if (claims.gen <= facts.gen) throw new RotationError('not-newer', 'The server answered a key that is not newer.');
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

/** The old key is dead since the new one was made: a server that can't be asked now is no reason to keep the dead one. */
async function assertValid(key: string, roots: KnownRoots, { client, audience }: Connection): Promise<Outcome> {
  const nonce = randomName();
  const answer = await client.call('check-validity', { key }, { nonce }).catch(error => {
    if (isRefusal(error)) throw error;
    return undefined;
  });
  if (!answer) return 'server-not-asked';
  const asked = { nonce, audience, key, now: 'own-expiry' } as const;
  const { valid, reason } = await roots.verify(
    async pinned => await verifyVerdict(answer.verdict, { ...pinned, ...asked }),
  );
  if (!valid) throw new RotationError(reason ?? 'not-valid', 'The license server says that this key is not good.');
  return 'good';
}

/** A newer key always; the same one only where nothing has been begun with it; what has no key only as it was. */
async function mayReplace(current: Version, pending: Version, rotation: Rotation): Promise<boolean> {
  const [before, after] = [await claimsOf(current.record, rotation), await claimsOf(pending.record, rotation)];
  if (!before || !after) return !before && !after && current.text === pending.text;
  assertSameHolder(after, before);
  const isAtRest = isHeld(current.record) && !current.record.refreshing;
  return after.gen > before.gen || (after.jti === before.jti && isAtRest);
}

function assertSameHolder(claims: KeyClaims, before: KeyClaims): void {
  if (claims.sub !== before.sub) throw new RotationError('other-holder', 'The new key is of another site.');
}

async function claimsOf(record: KeyRecord, { roots }: Rotation): Promise<KeyClaims | undefined> {
  return isHeld(record) ? await genuineKey(record.key, roots) : undefined;
}
