import '../platform/request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Quarter } from '../../domain/kernel/time.ts';
import { putObject } from '../../lambdas/platform/aws/objects.ts';
import { nameInvokedFunctions, runFunction } from '../support/server/functions.ts';
import { startInstance } from '../support/server/instance.ts';
import { ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { oldQuarter } from '../support/vectors/sample-manifest.ts';
import { folderOf } from '../support/vectors/stated-quarter.ts';

const digest = 'd'.repeat(43);
const files = { 'statement.json': digest, 'enterprises.csv': digest, 'report.html': digest };

describe('making and signing a statement trust no stored text', () => {
  let server: TestServer;
  let orgLink: string;
  let foreignLink: string;

  beforeAll(async () => {
    server = await startServer({ orgs: ['hub', 'core'] });
    const linkOf = async (org: string) =>
      Object(await ledgerOf(server).get({ pk: `O#${org}`, sk: 'TRUST' })).orgLinks[0];
    [orgLink, foreignLink] = [await linkOf('hub'), await linkOf('core')];
  });
  afterAll(async () => await server.close());

  const statement = () => ({ org: 'hub', orgLinks: [orgLink], quarter: '2026-Q4', revision: 1, rules: '1', files });
  const sign = async (more: object) => await runFunction(server, 'sign-statement', { ...statement(), ...more });
  const recorded = async (quarter: Quarter) => await ledgerOf(server).get({ pk: `Q#hub#${quarter}`, sk: 'T' });

  it('signs a statement', async () => {
    await expect(sign({})).resolves.toEqual({ chain: expect.stringMatching(/~/) });
  });

  it.each([
    ['under the link of another Org', () => ({ orgLinks: [foreignLink] }), 'No link of Org hub'],
    ['under no link of ours', () => ({ orgLinks: ['a.b.c'] }), 'No link of Org hub'],
    ['with a file more', () => ({ files: { ...files, 'extra.txt': digest } }), 'extra.txt'],
    ['with something else in it', () => ({ sub: 'enterprise:hub-aaaaaaaaaaaaaaaa' }), 'sub'],
    ['for a quarter that is none', () => ({ quarter: '2026-Q5' }), 'quarter'],
    ['for an Org that is none', () => ({ org: 'hub/2026-Q4/r1' }), 'org'],
  ])('signs nothing %s', async (_title, more, says) => {
    const calls = await server.meter.of(async () => await expect(sign(more())).rejects.toThrow(says));
    expect(calls.map(({ command }) => command)).not.toContain('SignCommand');
  });

  it.each([
    ['other files', { files: { ...files } }],
    ['another quarter', { quarter: '1999-Q1'.replace('1999', '2031') }],
    ['another revision', { revision: 7 }],
  ])('records nothing when %s were signed than were asked for', async (_title, more) => {
    const quarter = oldQuarter();
    server.world.aws.setFunction('sign-statement', async event =>
      runFunction(server, 'sign-statement', { ...Object(event), ...more }),
    );
    await expect(server.operator.call('make-statement', { quarter })).rejects.toMatchObject({ code: 'internal' });
    nameInvokedFunctions(server);
    expect(await recorded(quarter)).toBeUndefined();
  });

  it('publishes nothing when a draft is not what was recorded', async () => {
    const quarter = oldQuarter();
    const operator = (await startInstance(server)).client(server.operatorKey);
    const { files } = await operator.call('make-statement', { quarter });
    const before = await folderOf(server, quarter, 1);
    const place = `statements/hub/${quarter}/drafts/${files['report.html']}` as const;
    await putObject(server.world.runtime, place, before['report.html'].replace('2', '3'), 'text/html');
    await expect(operator.call('make-statement', { quarter })).rejects.toMatchObject({ code: 'internal' });
    expect(await folderOf(server, quarter, 1)).toEqual(before);
  });
});
