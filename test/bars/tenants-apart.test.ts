import '../platform/request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OperationId, operations } from '../../lambdas/operations.ts';
import { genuineRequest, ids, send, type WireAnswer } from '../platform/request/wire.ts';
import { type Row, rows } from '../support/server/tenant-rows.ts';
import { freshened, startTenants, type Tenant, type TenantResources, type Tenants } from '../support/server/tenants.ts';
import { orgsTouched } from '../support/server/touched-items.ts';

const table: Readonly<Record<OperationId, Row>> = rows;
const usesUp = (id: OperationId) => operations[id].contract.effect !== 'read';
const signed = (id: OperationId) => operations[id].contract.auth === 'signature';

/** Another end of an id: of the same form, and of no resource. */
const absentId = (id: string) => id.slice(0, -3) + (id.endsWith('a') ? 'bcd' : 'aaa');

describe('R18: tenants', () => {
  let tenants: Tenants;
  beforeAll(async () => {
    tenants = await startTenants();
  });
  afterAll(async () => await tenants.server.close());

  async function call(id: OperationId, caller: Tenant, target: TenantResources): Promise<WireAnswer> {
    const { server } = tenants;
    if (table[id].may(caller, target)) await table[id].arrange?.(caller);
    const input = table[id].aim(target, caller);
    const request = await genuineRequest(server, id, input, signed(id) ? caller.key : undefined);
    const from = server.meter.calls.length;
    const answer = await send(server, request);
    if (signed(id)) for (const org of orgsTouched(server.meter.calls.slice(from))) expect(org).toBe(caller.org);
    return answer;
  }

  const succeeded = (id: OperationId, answer: WireAnswer) =>
    answer.status < 300 && (table[id].succeeds?.(answer) ?? true);

  /** Status, code, title and detail, with the ids that were asked for taken out. */
  function face({ status, body }: WireAnswer, { siteId, enterpriseId, app }: TenantResources): string {
    const { instance: _instance, ...rest } = body;
    const text = JSON.stringify({ ...rest, status });
    return text.replaceAll(siteId, 'ID').replaceAll(enterpriseId, 'ID').replaceAll(`"${app}"`, 'ID');
  }

  function* cells(): Iterable<{ caller: Tenant; target: TenantResources }> {
    for (const caller of tenants.callers) for (const target of tenants.holdings) yield { caller, target };
  }

  it.each(ids)('permits exactly the callers of docs/rules.md 3.11, and stays in the caller’s Org: %s', async id => {
    for (const { caller, target } of cells()) {
      const may = table[id].may(caller, target);
      const answer = await call(id, caller, may && usesUp(id) ? await freshened(target) : target);
      const cell = `${caller.name} → ${target.org}/${target.app}`;
      expect({ cell, succeeded: succeeded(id, answer), answer }).toMatchObject({ cell, succeeded: may });
      if (!may && id !== 'check-validity') expect([403, 404]).toContain(answer.status);
      expect({ cell, leaked: id === 'check-validity' ? [] : leaked(answer, caller) }).toEqual({ cell, leaked: [] });
    }
  });

  it.each(ids.filter(id => id !== 'check-validity'))('makes “not yours” look like “not there”: %s', async id => {
    for (const { caller, target } of cells()) {
      if (table[id].may(caller, target)) continue;
      const mine = tenants.holdings.find(({ owner }) => owner === caller) ?? target;
      const asked = { ...target, siteKey: mine.siteKey, enterpriseKey: mine.enterpriseKey };
      const absentSite = { ...asked, siteId: absentId(target.siteId), app: 'absent' };
      const enterpriseId = absentId(target.enterpriseId);
      const absent = { ...absentSite, enterpriseId, siteId: target.siteId.replace(target.enterpriseId, enterpriseId) };
      const seen = face(await call(id, caller, asked), asked);
      const sees = rows['get-enterprise'].may(caller, target);
      for (const twin of sees ? [absentSite] : [absentSite, absent])
        expect(face(await call(id, caller, twin), twin)).toBe(seen);
    }
  });

  /** What an answer names of others: sites that the caller may not read, enterprises that it may not see. */
  function leaked(answer: WireAnswer, caller: Tenant): string[] {
    const text = JSON.stringify(answer.body);
    return tenants.holdings.flatMap(target => [
      ...(text.includes(target.siteId) && !rows['get-site'].may(caller, target) ? [target.siteId] : []),
      ...(text.includes(target.enterpriseId) && !rows['get-enterprise'].may(caller, target)
        ? [target.enterpriseId]
        : []),
    ]);
  }

  it('publishes no enterprise and no site to anybody', async () => {
    for (const id of ['get-trust', 'get-jwks'] as const) {
      const text = JSON.stringify(
        (await send(tenants.server, await genuineRequest(tenants.server, id, {}, undefined))).body,
      );
      for (const { enterpriseId } of tenants.holdings) expect(text).not.toContain(enterpriseId);
    }
  });
});
