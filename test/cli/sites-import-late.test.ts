import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { newFolder, startCliFixture } from './cli-fixture.ts';

it('an import that asks for keys days later makes no new site in the place of one that was deleted meanwhile', async () => {
  const { cli, close, desk, folder, server } = await startCliFixture();
  const file = join(newFolder(), 'sites.csv');
  const root = join(folder, 'root.jwk.json');
  const { enterpriseId } = await desk.call('create-enterprise', {});
  writeFileSync(file, `enterpriseId,siteRef,state,mode\n${enterpriseId},P-0,active,dev\n`);
  writeFileSync(root, JSON.stringify(server.world.root));
  const importing = ['sites', 'import', file, '--profile', 'desk', '--yes'];
  await cli(...importing);
  const [made] = (await desk.call('list-sites', { enterpriseId })).sites;
  await desk.call('delete-site', { siteId: made?.siteId ?? '' });

  // The server has forgotten the Idempotency-Key, and the reference is free.
  server.clock.at += 2 * 86_400;
  const keys = ['--keys', join(folder, 'keys'), '--root', root, '--reissue'];
  const { code, stdout } = await cli(...importing, ...keys);
  const { sites } = await desk.call('list-sites', { enterpriseId });
  await close();
  expect([code, stdout]).toEqual([1, expect.stringContaining('site-deleted')]);
  expect(sites).toMatchObject([{ siteId: made?.siteId, status: 'deleted' }]);
});
