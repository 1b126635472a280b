import type { TestServer } from '../test/support/server/server.ts';

/**
 * P1, P3, P4: what an operation asks of AWS, counted by SDK middleware on a warm instance; write units as AWS counts
 * them (test/support/aws/write-units.ts). The tests assert the same bars.
 */
export async function countedRequests(server: TestServer, enterpriseId: string): Promise<boolean> {
  const { hwf, meter } = server;
  const create = (siteRef: string) => hwf.call('create-site', { enterpriseId, siteRef, state: 'active' });
  const warm = await create('WARM');
  await hwf.call('check-validity', { key: warm.key });
  await hwf.call('refresh-key', { siteId: warm.siteId, key: warm.key });
  const site = await create('COUNTED');
  const named = (calls: Awaited<ReturnType<typeof meter.of>>) => calls.map(call => call.command.replace('Command', ''));
  const units = (calls: Awaited<ReturnType<typeof meter.of>>) =>
    calls.reduce((sum, call) => sum + call.consumed.write, 0);
  const check = named(await meter.of(() => hwf.call('check-validity', { key: site.key })));
  const idempotencyKey = crypto.randomUUID();
  const refreshed = await meter.of(() =>
    hwf.call('refresh-key', { siteId: site.siteId, key: site.key }, { idempotencyKey }),
  );
  const refresh = named(refreshed);
  const repeat = named(
    await meter.of(() => hwf.call('refresh-key', { siteId: site.siteId, key: site.key }, { idempotencyKey })),
  );
  const created = await meter.of(() => create('COUNTED-2'));
  console.log(`P1  check-validity, warm: ${check.join(' ')} (bar: exactly one GetItem)`);
  console.log(
    `P3  refresh-key, warm: ${refresh.join(' ')}, ${units(refreshed)} write units (bar: one read, one Sign, two writes, at most 4 units); its repeat: ${repeat.join(' ')} (bar: no Sign)`,
  );
  console.log(
    `P4  create-site, warm: ${named(created).join(' ')}, ${units(created)} write units (bar: at most 10; promotion: test/bars/cost.test.ts)`,
  );
  const withinUnits = units(refreshed) <= 4 && units(created) <= 10;
  return (
    withinUnits &&
    check.join() === 'GetItem' &&
    refresh.filter(name => name === 'Sign').length === 1 &&
    !repeat.includes('Sign')
  );
}
