import type { TestServer } from '../test/support/server.ts';

/** P1, P3, P4: what an operation asks of AWS, counted by SDK middleware on a warm instance. The tests assert the same bars. */
export async function countedRequests(server: TestServer, enterpriseId: string): Promise<boolean> {
  const { hwf, meter } = server;
  const create = (siteRef: string) => hwf.call('create-site', { enterpriseId, siteRef, state: 'active' });
  const warm = await create('WARM');
  await hwf.call('check-validity', { key: warm.key });
  await hwf.call('refresh-key', { siteId: warm.siteId, key: warm.key });
  const site = await create('COUNTED');
  const named = (calls: Awaited<ReturnType<typeof meter.of>>) => calls.map(call => call.command.replace('Command', ''));
  const check = named(await meter.of(() => hwf.call('check-validity', { key: site.key })));
  const idempotencyKey = crypto.randomUUID();
  const refresh = named(
    await meter.of(() => hwf.call('refresh-key', { siteId: site.siteId, key: site.key }, { idempotencyKey })),
  );
  const repeat = named(
    await meter.of(() => hwf.call('refresh-key', { siteId: site.siteId, key: site.key }, { idempotencyKey })),
  );
  const created = named(await meter.of(() => create('COUNTED-2')));
  console.log(`P1  check-validity, warm: ${check.join(' ')} (bar: exactly one GetItem)`);
  console.log(
    `P3  refresh-key, warm: ${refresh.join(' ')} (bar: one read, one Sign, two writes); its repeat: ${repeat.join(' ')} (bar: no Sign)`,
  );
  console.log(`P4  create-site, warm: ${created.join(' ')} (units: test/bars/cost.test.ts)`);
  return check.join() === 'GetItem' && refresh.filter(name => name === 'Sign').length === 1 && !repeat.includes('Sign');
}
