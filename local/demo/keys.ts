import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { ChainError } from '../../domain/chain/chain-error.ts';
import { dayOf } from '../../domain/kernel/time.ts';
import { table } from '../../lambdas/platform/storage/table.ts';
import { createClient } from '../../sdk/client.ts';
import { sampleOrg } from '../samples.ts';
import type { StorySite } from './licenses.ts';
import { type Narrate, refused } from './narrator.ts';
import type { Stage } from './stage.ts';

/** What happens to a key: refreshed, lost, dead, cloned, forged. @returns the site with its key of now */
export async function narrateKeys(stage: Stage, tell: Narrate, before: StorySite): Promise<StorySite> {
  const { hwf } = stage;
  const { siteId } = before;
  const plant = await tell('A refresh whose answer is lost: the SDK repeats it and gets the same key', async show => {
    const line = badLine(stage);
    const client = createClient({ url: stage.url, key: hwf.key, now: stage.now, fetch: line.fetch });
    const next = await client.call('refresh-key', { siteId, key: before.key }, { idempotencyKey: randomUUID() });
    const [lost, repeated] = line.answers;
    show('lost answer', `generation ${JSON.parse(lost?.text ?? '{}').generation}, KMS signatures: ${lost?.signatures}`);
    show('repeated answer', `generation ${next.generation}, KMS signatures: ${repeated?.signatures}`);
    show('the same bytes', lost?.text === repeated?.text);
    assert.deepEqual([lost?.signatures, repeated?.signatures, repeated?.text], [1, 0, lost?.text]);
    return { ...before, key: next.key };
  });
  await tell('The old key is dead, and whoever asks learns why', async show => {
    const { valid, reason } = await hwf.client.call('check-validity', { key: before.key });
    show('the old key', `valid ${valid}, ${reason}`);
    const now = await hwf.client.call('check-validity', { key: plant.key });
    show('the new key', `valid ${now.valid}`);
    assert.deepEqual([valid, reason, now.valid], [false, 'key-superseded', true]);
  });
  await tell('A clone holds the old key and asks for a new one with it', async show => {
    await refused(show, 'refresh-key', hwf.client.call('refresh-key', { siteId, key: before.key }), 'key-superseded');
    const pk = `N#${sampleOrg}#${dayOf(stage.now())}`;
    const alert = { pk, sk: `possible-clone#site:${siteId}#generation-1` };
    const item = await table(stage.runtime).get(alert, { consistent: true });
    show('an alert for the vendor', item ? `${item.reason}, ${item.detail}, seen ${item.times} time` : 'none');
    assert.equal(item?.reason, 'possible-clone');
  });
  await tell('A forged key: real links, the leaf signed by somebody else', async show => {
    const forged = forge(plant.key);
    const { valid, reason } = await hwf.client.call('check-validity', { key: forged });
    show('the server', `valid ${valid}, ${reason}`);
    const offline = await stage.verifyOffline(forged, 'site-key+jwt').catch((error: unknown) => error);
    show('offline', offline instanceof ChainError ? `refused, ${offline.reason}` : 'accepted');
    assert.equal(reason, 'key-not-genuine');
    assert(offline instanceof ChainError);
  });
  return plant;
}

/** A connection that loses the first answer after the server has given it. */
function badLine(stage: Stage) {
  const answers: { text: string; signatures: number }[] = [];
  const lossy: typeof fetch = async (url, init) => {
    const before = stage.signatures();
    const response = await fetch(url, init);
    answers.push({ text: await response.clone().text(), signatures: stage.signatures() - before });
    if (answers.length === 1) throw new TypeError('the connection broke');
    return response;
  };
  return { fetch: lossy, answers };
}

function forge(key: string): string {
  const [leaf = '', ...links] = key.split('~');
  const unsigned = leaf.slice(0, leaf.lastIndexOf('.'));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signature = sign('sha256', Buffer.from(unsigned), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return [`${unsigned}.${signature.toString('base64url')}`, ...links].join('~');
}
