import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { ChainError } from '../../domain/chain/chain-error.ts';
import { dayOf } from '../../domain/kernel/time.ts';
import { table } from '../../lambdas/platform/storage/table.ts';
import { createClient } from '../../sdk/client.ts';
import { sampleOrg } from '../samples.ts';
import type { DemoServer } from './demo-server.ts';
import type { StorySite } from './licenses.ts';
import { type RunStep, refused } from './step-runner.ts';

/** Demonstrates a refresh with a lost answer, a superseded key, a clone and a forgery. @returns the site with its current key */
export async function demonstrateKeys(server: DemoServer, step: RunStep, before: StorySite): Promise<StorySite> {
  const { hwf } = server;
  const { siteId } = before;
  const plant = await step('The answer of a refresh is lost: the SDK repeats it and gets the same key', async show => {
    const connection = lossyConnection(server);
    const client = createClient({ url: server.url, key: hwf.key, now: server.now, fetch: connection.fetch });
    const next = await client.call('refresh-key', { siteId, key: before.key }, { idempotencyKey: randomUUID() });
    const [lost, repeated] = connection.answers;
    show('lost answer', `generation ${JSON.parse(lost?.text ?? '{}').generation}, KMS signatures: ${lost?.signatures}`);
    show('repeated answer', `generation ${next.generation}, KMS signatures: ${repeated?.signatures}`);
    show('the same bytes', lost?.text === repeated?.text);
    assert.deepEqual([lost?.signatures, repeated?.signatures, repeated?.text], [1, 0, lost?.text]);
    return { ...before, key: next.key };
  });
  await step('The old key is superseded, and check-validity reports it', async show => {
    const { valid, reason } = await hwf.client.call('check-validity', { key: before.key });
    show('the old key', `valid ${valid}, ${reason}`);
    const now = await hwf.client.call('check-validity', { key: plant.key });
    show('the new key', `valid ${now.valid}`);
    assert.deepEqual([valid, reason, now.valid], [false, 'key-superseded', true]);
  });
  await step('A clone refreshes with the old key', async show => {
    await refused(show, 'refresh-key', hwf.client.call('refresh-key', { siteId, key: before.key }), 'key-superseded');
    const pk = `N#${sampleOrg}#${dayOf(server.now())}`;
    const alert = { pk, sk: `possible-clone#site:${siteId}#generation-1` };
    const item = await table(server.runtime).get(alert, { consistent: true });
    show('an alert for the vendor', item ? `${item.reason}, ${item.detail}, seen ${item.times} time` : 'none');
    assert.equal(item?.reason, 'possible-clone');
  });
  await step('A forged key: genuine links, the leaf signed by another key', async show => {
    const forged = forge(plant.key);
    const { valid, reason } = await hwf.client.call('check-validity', { key: forged });
    show('the server', `valid ${valid}, ${reason}`);
    const offline = await server.verifyOffline(forged, 'site-key+jwt').catch((error: unknown) => error);
    show('offline', offline instanceof ChainError ? `refused, ${offline.reason}` : 'accepted');
    assert.equal(reason, 'key-not-genuine');
    assert(offline instanceof ChainError);
  });
  return plant;
}

/** Returns a connection that loses the first answer of the server. */
function lossyConnection(server: DemoServer) {
  const answers: { text: string; signatures: number }[] = [];
  const lossy: typeof fetch = async (url, init) => {
    const before = server.signatures();
    const response = await fetch(url, init);
    answers.push({ text: await response.clone().text(), signatures: server.signatures() - before });
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
