import '../request/silence-logs.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OrgId } from '../../../domain/kernel/ids.ts';
import type { Runtime } from '../../../lambdas/platform/kernel/runtime.ts';
import { CertifiedOrg } from '../../../lambdas/platform/trust/functions/set-up-trust/schema.ts';
import { adoptOrgTrust, renewResponder } from '../../../lambdas/platform/trust/org-trust.ts';
import type { Fault } from '../../support/aws/meter.ts';
import { runFunction } from '../../support/server/functions.ts';
import { ledgerOf } from '../../support/server/ledger.ts';
import { startServer, type TestServer } from '../../support/server/server.ts';

const hub = OrgId.parse('hub');

describe('the links of an Org that several functions change at once', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer();
    server.clock.at += 1;
  });
  afterEach(async () => await server.close());

  async function links(): Promise<{ orgLinks: string[]; responderLinks: string[]; revision: number }> {
    return Object(await ledgerOf(server).get({ pk: 'O#hub', sk: 'TRUST' }));
  }

  /** Each function has clients and caches of its own. */
  const runtime = (): Runtime => ({ ...server.world.runtime });

  async function newOrgLink(): Promise<CertifiedOrg> {
    return CertifiedOrg.parse(await runFunction(server, 'set-up-trust', { org: 'hub' }));
  }

  /** Holds every first write of the record back until all have read it. */
  function meeting(writers: number): Fault {
    const all = Promise.withResolvers<undefined>();
    let arrived = 0;
    return async ({ command, input }) => {
      if (command !== 'PutItemCommand' || Object(input.Item).sk.S !== 'TRUST') return undefined;
      if (++arrived === writers) all.resolve(undefined);
      return await all.promise;
    };
  }

  it('loses none of them: an Org link is adopted while a responder is renewed', async () => {
    const before = await links();
    const certified = await newOrgLink();
    server.meter.fault = meeting(2);
    await Promise.all([adoptOrgTrust(runtime(), hub, certified), renewResponder(runtime(), hub)]);
    const after = await links();
    expect(after.orgLinks).toEqual([certified.orgLink, ...before.orgLinks]);
    expect(after.responderLinks).toEqual([expect.any(String), ...before.responderLinks]);
    expect(after.revision).toBe(before.revision + 2);
  });

  it('loses none of four', async () => {
    const before = await links();
    const certified = await newOrgLink();
    server.meter.fault = meeting(4);
    const adopted = adoptOrgTrust(runtime(), hub, certified);
    await Promise.all([adopted, ...[1, 2, 3].map(async () => await renewResponder(runtime(), hub))]);
    const after = await links();
    expect(after.orgLinks).toEqual([certified.orgLink, ...before.orgLinks]);
    expect(new Set(after.responderLinks).size).toBe(3 + before.responderLinks.length);
  });

  it('takes a write of its own whose reply was lost for its own', async () => {
    const before = await links();
    server.meter.fault = ({ command, attempt, input }) =>
      command === 'PutItemCommand' && Object(input.Item).sk.S === 'TRUST' && attempt === 1 ? 'drop-after' : undefined;
    await renewResponder(runtime(), hub);
    expect((await links()).responderLinks).toHaveLength(before.responderLinks.length + 1);
  });
});
