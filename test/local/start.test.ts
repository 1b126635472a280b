import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { clientOf, databasesOf, processesOf, readJson, StartFixture } from './start-fixture.ts';

const fixture = new StartFixture();
afterAll(() => fixture.close());

describe('npm start', () => {
  it('answers signed requests of the two sample applications, and keeps the log off the terminal', async () => {
    const folder = fixture.newFolder();
    const server = await fixture.start(folder);
    const hwf = await (await clientOf(folder, 'hwf')).call('get-own-application', {});
    const boost = await (await clientOf(folder, 'boost')).call('get-own-application', {});
    await server.end();
    expect(hwf.policy).toMatchObject({ modes: ['production'], createEnterprises: 100, enforcesFor: ['boost'] });
    expect(boost.policy).toMatchObject({ modes: ['dev', 'production'], createEnterprises: 100, enforcesFor: [] });
    expect(server.output()).toMatch(/ready in \d+\.\d s/);
    expect(server.output()).toMatch(/GET \/local\/v1\/applications\/self 200 \d+ ms/);
    expect(server.output()).not.toContain('"level"');
    expect(readFileSync(join(folder, 'server.log'), 'utf8')).toContain('"operation":"get-own-application"');
  });

  it('lets only its owner read the private keys and the profiles', async () => {
    const folder = fixture.newFolder();
    await (await fixture.start(folder)).end();
    const modes = ['operator.pem', 'hwf.pem', 'boost.pem', 'profiles.json', '../aws.json'].map(
      name => statSync(join(folder, 'keys', name)).mode & 0o777,
    );
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600, 0o600]);
  });

  it('goes on where it ended: a site of before is refreshed after', async () => {
    const folder = fixture.newFolder();
    const before = await fixture.start(folder);
    const client = await clientOf(folder, 'hwf');
    const { enterpriseId } = await client.call('create-enterprise', {});
    const site = await client.call('create-site', { enterpriseId, siteRef: 'ABC123', state: 'active' });
    const rootOfBefore = readJson(join(folder, 'keys/root.jwk.json'));
    expect(await before.end()).toBe(0);

    const after = await fixture.start(folder);
    const next = await (await clientOf(folder, 'hwf')).call('refresh-key', { siteId: site.siteId, key: site.key });
    await after.end();
    expect(next).toMatchObject({ siteId: site.siteId, generation: 2 });
    expect(readJson(join(folder, 'keys/root.jwk.json'))).toEqual(rootOfBefore);
  });

  it('registers a new key when the file of a sample key was lost', async () => {
    const folder = fixture.newFolder();
    await (await fixture.start(folder)).end();
    const lost = readFileSync(join(folder, 'keys/hwf.keyid'), 'utf8').trim();
    rmSync(join(folder, 'keys/hwf.pem'));
    const server = await fixture.start(folder);
    const { keys } = await (await clientOf(folder, 'hwf')).call('get-own-application', {});
    await server.end();
    expect(keys).toEqual([{ keyid: expect.not.stringContaining(lost), alg: 'ed25519' }]);
  });

  it('--fresh forgets everything', async () => {
    const folder = fixture.newFolder();
    await (await fixture.start(folder)).end();
    const rootOfBefore = readJson(join(folder, 'keys/root.jwk.json'));
    const server = await fixture.start(folder, ['--fresh']);
    const { application } = await (await clientOf(folder, 'hwf')).call('get-own-application', {});
    await server.end();
    expect(application).toBe('hwf');
    expect(readJson(join(folder, 'keys/root.jwk.json'))).not.toEqual(rootOfBefore);
  });

  it('shows audit events by itself', async () => {
    const folder = fixture.newFolder();
    const server = await fixture.start(folder);
    const { enterpriseId: enterprise } = await (await clientOf(folder, 'hwf')).call('create-enterprise', {});
    const operator = await clientOf(folder, 'operator');
    const isThere = async () => (await operator.call('list-audit-events', { enterprise })).events.length === 2;
    await eventually(isThere);
    await server.end();
  });
});

describe('the end of npm start', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('on %s is clean, and leaves no process', async signal => {
    const folder = fixture.newFolder();
    const server = await fixture.start(folder);
    expect(databasesOf(folder)).not.toEqual([]);
    expect(await server.end(signal)).toBe(0);
    expect(server.output()).toContain('Stopped.');
    expect(databasesOf(folder)).toEqual([]);
  });

  it('with npm leaves no process, when npm alone is terminated', async () => {
    const folder = fixture.newFolder();
    const npm = await fixture.npmStart(folder);
    npm.kill('SIGTERM');
    await eventually(() => processesOf(folder).length === 0);
  });

  it('by SIGKILL leaves no process either, and the next start takes over', async () => {
    const folder = fixture.newFolder();
    await (await fixture.start(folder)).end('SIGKILL');
    await eventually(() => databasesOf(folder).length === 0);
    const server = await fixture.start(folder);
    expect(await server.end()).toBe(0);
  });
});
