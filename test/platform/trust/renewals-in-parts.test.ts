import '../request/silence-logs.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nameInvokedFunctions, runFunction } from '../../support/server/functions.ts';
import { keyOf, type Ledger, ledgerOf } from '../../support/server/ledger.ts';
import { policies, startServer, type TestServer } from '../../support/server/server.ts';

const day = 86_400;
const orgs = ['edge', 'hub', 'rim'] as const;
/** An enterprise link lives for 62 days, and is due with 32 left. */
const due = 31 * day;
const failed = { name: 'AggregateError' };

describe('a renewal that fails keeps no other from being done', () => {
  let server: TestServer;
  let ledger: Ledger;
  /** three in each Org, in the order in which they are renewed */
  let enterprises: Record<(typeof orgs)[number], string[]>;

  beforeEach(async () => {
    server = await startServer({ orgs });
    ledger = ledgerOf(server);
    nameInvokedFunctions(server);
    enterprises = { edge: await threeIn('edge'), hub: await threeIn('hub'), rim: await threeIn('rim') };
  });
  afterEach(async () => await server.close());

  it('of an Org link: its enterprises and the other Orgs get theirs, and the function fails', async () => {
    server.clock.at += 366 * day;
    breakDown('set-up-trust', 'edge');
    expect(await trusts('orgLinks')).toEqual({ edge: 1, hub: 1, rim: 1 });
    await expect(runFunction(server, 'renew-links')).rejects.toMatchObject({ ...failed, errors: [expect.anything()] });
    expect(await trusts('orgLinks')).toEqual({ edge: 1, hub: 2, rim: 2 });
    for (const org of orgs) for (const id of enterprises[org]) expect(await leftOf(id)).toBe(62 * day);
  });

  it.each([
    ['less than 28 days left: an alert is raised', 34 * day + 1, 1],
    ['28 days left: no alert is raised', 34 * day, 0],
  ])('of an enterprise link with %s', async (_title, later, alerts) => {
    const [first = '', ...others] = enterprises.edge;
    server.clock.at += later;
    breakDown('certify', first);
    await expect(runFunction(server, 'renew-links')).rejects.toMatchObject({ ...failed, errors: [expect.anything()] });
    expect(await leftOf(first)).toBe(62 * day - later);
    for (const id of [...others, ...enterprises.hub, ...enterprises.rim]) expect(await leftOf(id)).toBe(62 * day);
    const raised = await alertsOf('edge');
    expect(raised).toHaveLength(alerts);
    for (const alert of raised)
      expect(alert).toMatchObject({ reason: 'link-renewal-late', subject: `enterprise:${first}`, times: 1 });
    expect([...(await alertsOf('hub')), ...(await alertsOf('rim'))]).toEqual([]);
  });

  it('of an enterprise that cannot even be read', async () => {
    const [first = '', ...others] = enterprises.edge;
    server.clock.at += due;
    const { pk } = keyOf.enterprise(first);
    server.meter.fault = ({ input }) => (Object(input.Key).pk?.S === pk ? 'drop-before' : undefined);
    await expect(runFunction(server, 'renew-links')).rejects.toMatchObject({ ...failed, errors: [expect.anything()] });
    server.meter.fault = () => undefined;
    expect(await leftOf(first)).toBe(62 * day - due);
    for (const id of [...others, ...enterprises.hub, ...enterprises.rim]) expect(await leftOf(id)).toBe(62 * day);
  });

  it('of a responder: the other Orgs get theirs, and the function fails', async () => {
    server.clock.at += day;
    breakDown('certify', 'edge');
    await expect(runFunction(server, 'renew-responders')).rejects.toMatchObject({
      ...failed,
      errors: [expect.anything()],
    });
    expect(await trusts('responderLinks')).toEqual({ edge: 1, hub: 2, rim: 2 });
  });

  it('and the next night what had failed is done', async () => {
    const [first = ''] = enterprises.edge;
    server.clock.at += due;
    breakDown('certify', first);
    await expect(runFunction(server, 'renew-links')).rejects.toMatchObject(failed);
    nameInvokedFunctions(server);
    server.clock.at += day;
    await expect(runFunction(server, 'renew-links')).resolves.toBeUndefined();
    expect(await leftOf(first)).toBe(62 * day);
  });

  async function threeIn(org: string): Promise<string[]> {
    const { client: operator } = await server.operatorOf(org);
    const { client } = await server.register('maker', policies.boost, { by: operator });
    const made = await Promise.all([1, 2, 3].map(async () => await client.call('create-enterprise', {})));
    return made.map(({ enterpriseId }) => enterpriseId).sort();
  }

  /** The function fails for each request about one Org or one enterprise. */
  function breakDown(id: 'certify' | 'set-up-trust', of: string): void {
    server.world.aws.setFunction(id, async event => {
      const { org, enterprise } = Object(event);
      if (org === of || enterprise === of) throw new Error('it is down');
      return await runFunction(server, id, event);
    });
  }

  async function leftOf(enterpriseId: string): Promise<number> {
    const item = await ledger.get(keyOf.enterprise(enterpriseId));
    return Number(Object(item?.link).exp) - server.clock.at;
  }

  async function trusts(links: 'orgLinks' | 'responderLinks'): Promise<Record<string, number>> {
    const count = async (org: string) => Object(await ledger.get({ pk: `O#${org}`, sk: 'TRUST' }))[links].length;
    return Object.fromEntries(await Promise.all(orgs.map(async org => [org, await count(org)])));
  }

  async function alertsOf(org: string) {
    const today = new Date(server.clock.at * 1000).toISOString().slice(0, 10).replaceAll('-', '');
    return await ledger.all(`N#${org}#${today}`, 'link-renewal-late');
  }
});
