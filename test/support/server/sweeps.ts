import type { Runtime } from '../../../lambdas/platform/kernel/runtime.ts';
import type { Item, Key } from '../../../lambdas/platform/storage/table.ts';
import { runFunction } from './functions.ts';
import { type Ledger, unmeteredTable } from './ledger.ts';
import type { TestServer } from './server.ts';

const hour = 3600;
const day = 86_400;

export function hourOf(at: number): number {
  return Math.floor(at / hour) * hour;
}

/** The clock shows this moment, and the sweep ran an hour before it. */
export async function comeTo(server: TestServer, at: number): Promise<void> {
  server.clock.at = at;
  await sweptUpTo(server, hourOf(at) - hour);
}

const cursor = { pk: 'W#sweep-expiry', sk: '#' };

/** As if the sweep had done everything up to then. @param upTo undefined: as if it had never run */
export async function sweptUpTo(server: TestServer, upTo: number | undefined): Promise<void> {
  const unseen = unmeteredTable(server);
  await unseen.commit([upTo === undefined ? { remove: cursor } : { put: { ...cursor, upTo } }]);
}

/** As if the key of a site or an enterprise had been issued to end then: sweeps over many hours take their time. */
export async function letEndAt(server: TestServer, key: Key, endsAt: number): Promise<void> {
  const unseen = unmeteredTable(server);
  const item = await unseen.get(key, { consistent: true });
  const hourOfEnd = new Date(endsAt * 1000).toISOString().slice(0, 13);
  const xpk = String(item?.xpk).replace(/(?<=X#)[^#]+/, hourOfEnd);
  const names = { '#key': 'key', '#exp': 'exp' };
  await unseen.commit([
    { update: key, expression: 'SET xpk = :xpk, #key.#exp = :exp', names, values: { ':xpk': xpk, ':exp': endsAt } },
  ]);
}

export async function sweep(server: TestServer, event: object = {}, runtime?: Partial<Runtime>) {
  return await runFunction(server, 'sweep-expiry', event, runtime);
}

/** Every alert of Org `hub`, over all days of the story: `2 × expiring-soon 5-days site:…`. */
export async function alertsBetween(ledger: Ledger, from: number, to: number): Promise<string[]> {
  const alerts: Item[] = [];
  for (let at = from; at < to + day; at += day) {
    const date = new Date(at * 1000).toISOString().slice(0, 10).replaceAll('-', '');
    alerts.push(...(await ledger.all(`N#hub#${date}`)));
  }
  return alerts.map(({ times, reason, detail, subject }) =>
    [times, '×', reason, ...(detail ? [detail] : []), subject].join(' '),
  );
}
