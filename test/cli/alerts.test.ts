import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CliFixture, startCliFixture } from './cli-fixture.ts';

describe('license-server alerts', () => {
  let fixture: CliFixture;
  beforeAll(async () => {
    fixture = await startCliFixture();
    const { hwf, boost } = fixture.server;
    const { enterpriseId } = await boost.call('create-enterprise', {});
    const site = { enterpriseId, siteRef: 'A-1', state: 'active', mode: 'dev' } as const;
    const { key } = await boost.call('create-site', site);
    await hwf.call('check-validity', { key: `${key.slice(0, -6)}AAAAAA` });
    for (const siteRef of ['A-2', 'A-3']) {
      const { siteId } = await boost.call('create-site', { ...site, siteRef });
      await boost.call('reissue-key', { siteId });
    }
  });
  afterAll(async () => await fixture.close());

  const alerts = async (...args: string[]) => await fixture.cli('alerts', ...args, '--profile', 'operator');
  const ids = async (...args: string[]): Promise<string[]> =>
    JSON.parse((await alerts('list', '--json', ...args)).stdout).map(({ alertId }: { alertId: string }) => alertId);

  it('are listed in a table until they are acknowledged', async () => {
    const [first = '', ...others] = await ids();
    const { code, stdout } = await alerts('list');
    const done = await alerts('acknowledge', first);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^last +times +severity +reason +about +detail +acknowledged +id$/m);
    expect(stdout).toContain(first);
    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining(first)]);
    expect(await ids()).toEqual(others);
    expect(await ids('--all')).toContain(first);
  });

  it('that are not there are refused, and those before them are shown as done', async () => {
    const absent = Buffer.from('20261121#dormant#site:x').toString('base64url');
    const [first = ''] = await ids();
    const { code, stdout, stderr } = await alerts('acknowledge', absent);
    const json = await alerts('acknowledge', absent, '--json');
    const some = await alerts('acknowledge', first, absent, '--json');
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('Refused (')]);
    expect([json.code, JSON.parse(json.stdout)]).toEqual([1, expect.objectContaining({ code: 'not-found' })]);
    expect([some.code, JSON.parse(some.stdout)]).toEqual([1, [expect.objectContaining({ alertId: first })]]);
  });

  it('are asked for by filters', async () => {
    const { code, stdout } = await alerts('list', '--reason', 'dormant');
    expect([code, stdout]).toEqual([0, 'No alerts.\n']);
    expect((await alerts('list', '--reason', 'nonsense')).code).toBe(2);
  });
});
