import {
  AppId,
  bucketOf,
  buckets,
  type EnterpriseId,
  KeyId,
  type SiteId,
  SiteRef,
  subjectOf,
} from '../domain/kernel/ids.ts';
import { day, hour, monthOf, type Seconds } from '../domain/kernel/time.ts';
import { expiryOf } from '../domain/site-licensing/key-lifetime.ts';
import { auditPartition } from '../lambdas/platform/audit/audit-trail.ts';
import { idempotencyRecordKey } from '../lambdas/platform/changes/idempotency-records.ts';
import { alertWrite } from '../lambdas/platform/changes/raise-alerts.ts';
import { nonceKey } from '../lambdas/platform/request/nonces.ts';
import { expiryIndexKey } from '../lambdas/platform/storage/expiry-index.ts';
import { countersKey } from '../lambdas/site-licensing/storage/counters.ts';
import { enterpriseKey } from '../lambdas/site-licensing/storage/enterprises.ts';
import { referenceKey } from '../lambdas/site-licensing/storage/references.ts';
import { siteKey, sitePartition } from '../lambdas/site-licensing/storage/sites.ts';
import { writeUnits } from '../test/support/aws/write-units.ts';
import { org } from './partition-sites.ts';

/** What one request takes from one partition key, in units. */
export interface Touch {
  readonly pk: string;
  readonly read?: number;
  readonly write?: number;
}

/** A request of the trace. */
export interface Asked {
  readonly site: SiteId;
  readonly enterprise: EnterpriseId;
  readonly at: Seconds;
  /** tells it from all others */
  readonly number: number;
  readonly sitesPerEnterprise: number;
}

export interface TracedOperation {
  /** of all requests */
  readonly share: number;
  /** how long an instance is busy with one; how many instances there are, and so how often caches are filled, follows from it */
  readonly seconds: number;
  /** keeps enterprises for a minute (lambdas/site-licensing/storage/enterprises.ts) */
  readonly cachesEnterprises?: true;
  readonly touches: (asked: Asked) => readonly Touch[];
}

export const app = AppId.parse('hwf');
const keyid = KeyId.parse(`${org}.${app}.${'k'.repeat(22)}`);

/** A site's item at its largest (bar P4), so that no real one takes more. */
const kilobyte = 'x'.repeat(900);
const item = (xpk?: string) => ({ filled: kilobyte, ...(xpk && { xpk, xsk: 'x' }) });

/** Units by the rules of test/support/aws/write-units.ts: a started kB, twice that in a transaction, and the index for each key. */
const alone = writeUnits({ before: item(), after: item(), inTransaction: false }).table;
const inTransaction = writeUnits({ before: item(), after: item(), inTransaction: true }).table;
const entersIndex = writeUnits({ before: undefined, after: item('new'), inTransaction: false }).index;

/** What every change of the counters, and every check of a dead key, takes from one partition key of its Org. */
export const [counterUnits, alertUnits] = [inTransaction, alone];

const put = (pk: string, write: number): Touch => ({ pk, write });
/** Strong, of at most 4 kB: one unit (AWS, "DynamoDB read consistency" and "item sizes and formats"). */
const read = ({ pk }: { pk: string }): Touch => ({ pk, read: 1 });

const site = ({ site }: Asked) => siteKey(site);
const nonce = ({ number }: Asked) => put(nonceKey({ org, app, keyid }, String(number)).pk, alone);
const memory = ({ number }: Asked) => idempotencyRecordKey({ org, app, idempotencyHash: `memory-${number}` });
const remembered = (asked: Asked) => [read(memory(asked)), put(memory(asked).pk, inTransaction)];
const reference = ({ enterprise, number }: Asked) =>
  referenceKey({ enterpriseId: enterprise, app, ref: SiteRef.parse(`ref-${number}`) });

/** The audit writer, a moment later. */
function audit({ site, at }: Asked): Touch {
  return put(auditPartition(org, bucketOf(subjectOf.site(site)), monthOf(at)), alone);
}

/** The new key's place in the index of expiries. */
function entered({ site, at }: Asked): Touch {
  const expiresAt = expiryOf(subjectOf.site(site), at, Number.MAX_SAFE_INTEGER);
  return put(String(expiryIndexKey(subjectOf.site(site), expiresAt).xpk), entersIndex);
}

/** The old key's place: all clients refresh in the hour in which they may, so their old keys end in one hour too. */
function left({ site, at }: Asked): Touch {
  const oneHour = Math.floor((at + 10 * day) / hour) * hour;
  return put(String(expiryIndexKey(subjectOf.site(site), oneHour).xpk), entersIndex);
}

function counted({ enterprise, at }: Asked): Touch {
  return put(countersKey({ enterprise, app }, at).pk, inTransaction);
}

function alerted({ site, at }: Asked, write: number): Touch[] {
  const alert = alertWrite({ org, reason: 'key-superseded', subject: subjectOf.site(site) }, at);
  return 'update' in alert ? [put(alert.update.pk, write)] : [];
}

/** The first page, as everybody begins: 100 sites of one kB, bucket by bucket; a query takes at least one unit. */
function listed({ enterprise, sitesPerEnterprise }: Asked): Touch[] {
  const perBucket = sitesPerEnterprise / buckets.length;
  const taken = Math.min(buckets.length, Math.ceil(100 / perBucket));
  return buckets.slice(0, taken).map(bucket => ({
    pk: sitePartition(enterprise, bucket),
    read: Math.max(1, Math.ceil(Math.min(100, perBucket) / 4)),
  }));
}

/** The mix: shares of 10,000 requests a second. Of a real million of sites it would be 280 checks and 0.4 refreshes a second. */
export const traced: Readonly<Record<string, TracedOperation>> = {
  'check-validity, live key': { share: 0.918, seconds: 0.03, touches: asked => [read(site(asked))] },
  'check-validity, dead key': {
    share: 0.01,
    seconds: 0.04,
    touches: asked => [read(site(asked)), ...alerted(asked, alone)],
  },
  'refresh-key': {
    share: 0.04,
    seconds: 0.08,
    cachesEnterprises: true,
    touches: asked => [
      nonce(asked),
      read(site(asked)),
      put(site(asked).pk, alone),
      left(asked),
      entered(asked),
      audit(asked),
    ],
  },
  'get-site': { share: 0.025, seconds: 0.02, touches: asked => [read(site(asked))] },
  'list-sites': { share: 0.002, seconds: 0.05, cachesEnterprises: true, touches: listed },
  'reissue-key': {
    share: 0.001,
    seconds: 0.08,
    touches: asked => [
      nonce(asked),
      ...remembered(asked),
      read(enterpriseKey(asked.enterprise)),
      read(site(asked)),
      put(site(asked).pk, inTransaction),
      left(asked),
      entered(asked),
      ...alerted(asked, inTransaction),
      audit(asked),
    ],
  },
  'create-site': {
    share: 0.002,
    seconds: 0.1,
    touches: asked => [
      nonce(asked),
      ...remembered(asked),
      read(enterpriseKey(asked.enterprise)),
      read(reference(asked)),
      put(reference(asked).pk, inTransaction),
      put(site(asked).pk, inTransaction),
      entered(asked),
      counted(asked),
      audit(asked),
    ],
  },
  'update-site, another state': {
    share: 0.001,
    seconds: 0.05,
    touches: asked => [
      ...remembered(asked),
      read(site(asked)),
      read(reference(asked)),
      put(reference(asked).pk, inTransaction),
      put(site(asked).pk, inTransaction),
      counted(asked),
      audit(asked),
    ],
  },
  'refresh-key, promotion': {
    share: 0.0005,
    seconds: 0.1,
    cachesEnterprises: true,
    touches: asked => [
      nonce(asked),
      read(site(asked)),
      put(site(asked).pk, inTransaction),
      left(asked),
      entered(asked),
      counted(asked),
      audit(asked),
    ],
  },
  'delete-site': {
    share: 0.0005,
    seconds: 0.05,
    touches: asked => [
      ...remembered(asked),
      read(site(asked)),
      put(reference(asked).pk, inTransaction),
      put(site(asked).pk, inTransaction),
      left(asked),
      counted(asked),
      audit(asked),
    ],
  },
};
