import { notFound, Refusal } from '../../../domain/kernel/refusal.ts';
import type { EnterpriseKey } from '../../../domain/site-licensing/enterprise.ts';
import { enterpriseKeyClaims, siteKeyClaims } from '../../../domain/site-licensing/leaf-claims.ts';
import { assertLive } from '../../../domain/site-licensing/refresh.ts';
import type { Site } from '../../../domain/site-licensing/site.ts';
import type { KeyOutcome } from '../../platform/changes/change.ts';
import type { KeyRepeater } from '../storage/key-repeater.ts';
import { enterpriseKeyAnswerOf, siteKeyAnswerOf } from './issue-key.ts';

/** Creates the recorded key of a site again, byte for byte, for the holder of the Idempotency-Key. */
export async function repeatSiteKey(site: Site, idempotencyKey: string, repeater: KeyRepeater) {
  assertLive(site);
  return siteKeyAnswerOf(site, await repeater.repeat(siteKeyClaims(site, site.key), site.key, idempotencyKey));
}

export async function repeatEnterpriseKey(
  { enterprise, app, key }: EnterpriseKey,
  idempotencyKey: string,
  repeater: KeyRepeater,
) {
  const token = await repeater.repeat(enterpriseKeyClaims(enterprise, app, key), key, idempotencyKey);
  return enterpriseKeyAnswerOf(enterprise, app, key, token);
}

/** Returns the holder of the key of a repeated request. @throws key-superseded when the key was replaced since; not-found */
export function stillRecorded<H extends Site | EnterpriseKey>(outcome: KeyOutcome, holder: H | undefined): H {
  if (!holder) throw notFound('key');
  if (outcome.jti !== holder.key.jti)
    throw new Refusal(
      'key-superseded',
      'The request was answered before, and its key was replaced since. Use the newer key.',
    );
  return holder;
}
