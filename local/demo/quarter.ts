import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { day, isoTime, type Quarter, type Seconds } from '../../domain/kernel/time.ts';
import { getObject } from '../../lambdas/platform/aws/objects.ts';
import type { Delivered } from '../aws/notifications.ts';
import { sampleOrg } from '../samples.ts';
import type { DemoServer } from './demo-server.ts';
import { type Month, refresh } from './month.ts';
import { type RunStep, refused, type Show } from './step-runner.ts';
import type { StoryTimes } from './story-times.ts';

/** Skipped while no key expires: the hourly sweep would find nothing. */
const skipped = ['sweep-expiry'] as const;

const fileNames = ['statement.json', 'enterprises.csv', 'report.html', 'statement.jws'] as const;

export interface QuarterStory {
  readonly times: StoryTimes;
  readonly month: Month;
  /** Folder of the statement's files. */
  readonly folder: string;
}

/** Demonstrates the end of a quarter: manifest, statement, verification, correction. */
export async function demonstrateQuarter(
  server: DemoServer,
  step: RunStep,
  { times, month, folder }: QuarterStory,
): Promise<void> {
  const { quarter } = times;
  await demonstrateManifest(server, step, month, times);
  const first = await demonstrateStatement(server, step, times, folder);
  await demonstrateTampering(step, first);
  await demonstrateCorrection(server, step, { month, quarter, folder });
}

async function demonstrateManifest(server: DemoServer, step: RunStep, month: Month, times: StoryTimes): Promise<void> {
  const { quarter, quarterOver } = times;
  await step(`${quarter} ends; HWF submits its manifest, which counts one site too many`, async show => {
    const push = async () => await pushManifest(server, month, quarter, 1);
    await refused(show, 'before its end', push(), 'quarter-running');
    await server.advanceTo(quarterOver, skipped);
    const { revision, differences } = await push();
    show('accepted', `revision ${revision}`);
    for (const { kind, enterpriseId = 'total', manifest, server } of differences)
      show('difference', `${kind}, ${enterpriseId}: HWF ${manifest}, server ${server}`);
    await server.pump.drain();
    show('alert', server.delivered('alerts').at(-1)?.subject);
    assert(differences.length > 0);
  });
}

async function demonstrateStatement(
  server: DemoServer,
  step: RunStep,
  times: StoryTimes,
  folder: string,
): Promise<Published> {
  const { quarter, statementAtLatest } = times;
  return await step('On day 11 the statement is created; finance is notified and verifies it offline', async show => {
    const { subject } = await noticeOf(server, quarter, statementAtLatest);
    show('day', isoTime(server.now()).slice(0, 10));
    show('notification', subject);
    const published = await copyOf(server, quarter, 1, folder);
    const { code, output } = await verify(published);
    showLines(show, 'statement verify', output);
    show('report', join(published.path, 'report.html'));
    assert.equal(code, 0);
    return published;
  });
}

/** Waits for the notification of the quarter; those of other quarters may precede it. */
async function noticeOf(server: DemoServer, quarter: Quarter, atLatest: Seconds): Promise<Delivered> {
  for (;;) {
    const notice = server.delivered('finance').find(({ attributes }) => attributes.quarter === quarter);
    if (notice) return notice;
    assert(server.now() < atLatest, `finance got no notification for ${quarter} until ${isoTime(atLatest)}`);
    await server.advanceTo(server.now() + day, skipped);
  }
}

async function demonstrateTampering(step: RunStep, { path, root }: Published): Promise<void> {
  await step('A number in a copy is changed: the verification fails', async show => {
    const copy = `${path}-tampered`;
    mkdirSync(copy, { recursive: true });
    for (const name of fileNames) writeFileSync(join(copy, name), readFileSync(join(path, name)));
    const csv = readFileSync(join(copy, 'enterprises.csv'), 'utf8');
    writeFileSync(join(copy, 'enterprises.csv'), csv.replace(/(\d+)(?=\r\n$)/, '9$1'));
    const { code, output } = await verify({ path: copy, root });
    showLines(show, 'statement verify', output);
    assert.equal(code, 1);
  });
}

interface Correction {
  readonly month: Month;
  readonly quarter: Quarter;
  readonly folder: string;
}

async function demonstrateCorrection(
  server: DemoServer,
  step: RunStep,
  { month, quarter, folder }: Correction,
): Promise<void> {
  const { client } = server.operator;
  await step(
    'The quarter is reopened; HWF corrects its manifest; the statement is r2, and r1 is unchanged',
    async show => {
      await refused(show, 'a late manifest', pushManifest(server, month, quarter, 0), 'quarter-closed');
      const first = await copyOf(server, quarter, 1, folder);
      await client.call('reopen-quarter', { quarter, reason: 'manifest-corrected', ticket: 'FIN-7' });
      const { revision, differenceCount } = await pushManifest(server, month, quarter, 0);
      show('the corrected manifest', `revision ${revision}, ${differenceCount} differences`);
      const created = await client.call('make-statement', { quarter });
      show('the statement', `r${created.revision}, ${created.billedProductionSites} production sites to invoice`);
      const second = await copyOf(server, quarter, created.revision, folder);
      const { code, output } = await verify(second);
      showLines(show, 'statement verify', output);
      show(
        'r1',
        readFileSync(join(first.path, 'statement.json'), 'utf8') === (await textOf(server, quarter, 1))
          ? 'unchanged'
          : 'CHANGED',
      );
      assert.deepEqual([code, created.revision, differenceCount], [0, 2, 0]);
    },
  );
  await server.advanceTo(server.now() + day, skipped);
  for (const site of month.sites) await refresh(server, site);
}

/** Submits the manifest of HWF. @param tooMany number of sites that do not exist */
async function pushManifest(server: DemoServer, { enterpriseIds, sites }: Month, quarter: Quarter, tooMany: number) {
  const perEnterprise = enterpriseIds.map((enterpriseId, i) => ({
    enterpriseId,
    production: sites.filter(site => site.enterpriseId === enterpriseId).length + (i === 0 ? tooMany : 0),
    configurationUsers: 5 + i,
  }));
  const others = await otherEnterprises(server, quarter, enterpriseIds);
  const all = [...perEnterprise, ...others];
  return await server.hwf.client.call('submit-manifest', {
    quarter,
    sites: { production: all.reduce((sum, { production }) => sum + production, 0), dev: 0, proxy: 0 },
    enterprises: all.length,
    perEnterprise: all,
    users: { enterpriseAdmins: 4, plantUsers: 31, demoUsers: 2 },
    applicationAdmins: [{ name: 'Ada Example', email: 'ada@example.com' }],
  });
}

/** Counts the enterprises of earlier chapters correctly. */
async function otherEnterprises({ hwf }: DemoServer, quarter: Quarter, known: readonly string[]) {
  const { enterprises } = await hwf.client.call('get-aggregate-stats', { quarter, limit: 100 });
  return enterprises
    .filter(({ enterpriseId }) => !known.includes(enterpriseId))
    .map(({ enterpriseId, closing }) => ({ enterpriseId, production: closing.production, configurationUsers: 1 }));
}

interface Published {
  readonly path: string;
  /** File of the pinned Root. */
  readonly root: string;
}

async function copyOf(server: DemoServer, quarter: Quarter, revision: number, folder: string): Promise<Published> {
  const path = join(folder, quarter, `r${revision}`);
  mkdirSync(path, { recursive: true });
  for (const name of fileNames) {
    const text = await getObject(server.runtime, `statements/${sampleOrg}/${quarter}/r${revision}/${name}`);
    assert(text, `${name} of r${revision} was not published`);
    writeFileSync(join(path, name), text);
  }
  const root = join(folder, 'root.jwk.json');
  writeFileSync(root, JSON.stringify(server.root));
  return { path, root };
}

async function textOf(server: DemoServer, quarter: Quarter, revision: number): Promise<string | undefined> {
  return await getObject(server.runtime, `statements/${sampleOrg}/${quarter}/r${revision}/statement.json`);
}

const cli = fileURLToPath(new URL('../../cli/license-server.ts', import.meta.url));

/** Runs the verification command of finance. */
async function verify({ path, root }: Published): Promise<{ code: number; output: string }> {
  return await new Promise(resolve => {
    execFile(process.execPath, [cli, 'statement', 'verify', path, '--root', root], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, output: `${stdout}${stderr}` });
    });
  });
}

function showLines(show: Show, label: string, text: string): void {
  const lines = text.split('\n').filter(line => line.trim());
  for (const [i, line] of lines.entries()) show(i === 0 ? label : '', line.trim());
}
