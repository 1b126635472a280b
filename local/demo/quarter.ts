import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { day, isoTime, type Quarter, type Seconds } from '../../domain/kernel/time.ts';
import { getObject } from '../../lambdas/platform/aws/objects.ts';
import type { Delivered } from '../aws/notifications.ts';
import { sampleOrg } from '../samples.ts';
import { type Month, refresh } from './month.ts';
import { type Narrate, refused, type Show } from './narrator.ts';
import type { Stage } from './stage.ts';
import type { StoryTimes } from './story-times.ts';

/** Nothing ends in these days; the sweep would only find that out, hour after hour. */
const quiet = ['sweep-expiry'] as const;

const fileNames = ['statement.json', 'enterprises.csv', 'report.html', 'statement.jws'] as const;

export interface QuarterStory {
  readonly times: StoryTimes;
  readonly month: Month;
  /** where the statement's files are put for a person to open */
  readonly folder: string;
}

/** The quarter ends: manifest, statement, proof, and what happens when a number was wrong. */
export async function narrateQuarter(
  stage: Stage,
  tell: Narrate,
  { times, month, folder }: QuarterStory,
): Promise<void> {
  const { quarter } = times;
  await tellManifest(stage, tell, month, times);
  const first = await tellStatement(stage, tell, times, folder);
  await tellTampering(tell, first);
  await tellCorrection(stage, tell, { month, quarter, folder });
}

async function tellManifest(stage: Stage, tell: Narrate, month: Month, times: StoryTimes): Promise<void> {
  const { quarter, quarterOver } = times;
  await tell(`${quarter} ends; HWF pushes its manifest, and has counted one site too many`, async show => {
    const push = async () => await pushManifest(stage, month, quarter, 1);
    await refused(show, 'before its end', push(), 'quarter-running');
    await stage.liveUntil(quarterOver, quiet);
    const { revision, differences } = await push();
    show('taken', `revision ${revision}`);
    for (const { kind, enterpriseId = 'in all', manifest, server } of differences)
      show('differs', `${kind}, ${enterpriseId}: HWF ${manifest}, server ${server}`);
    await stage.pump.drain();
    show('to the infra team', stage.delivered('alerts').at(-1)?.subject);
    assert(differences.length > 0);
  });
}

async function tellStatement(stage: Stage, tell: Narrate, times: StoryTimes, folder: string): Promise<Published> {
  const { quarter, statementAtLatest } = times;
  return await tell('On day 11 the statement is made; finance gets a note and verifies it offline', async show => {
    const { subject } = await noticeOf(stage, quarter, statementAtLatest);
    show('day', isoTime(stage.now()).slice(0, 10));
    show('to finance', subject);
    const published = await copyOf(stage, quarter, 1, folder);
    const { code, output } = await verify(published);
    showLines(show, 'statement verify', output);
    show('report, to be opened', join(published.path, 'report.html'));
    assert.equal(code, 0);
    return published;
  });
}

/** Waits for the notification that names the quarter: those of other quarters may come before it. */
async function noticeOf(stage: Stage, quarter: Quarter, atLatest: Seconds): Promise<Delivered> {
  for (;;) {
    const notice = stage.delivered('finance').find(({ attributes }) => attributes.quarter === quarter);
    if (notice) return notice;
    assert(stage.now() < atLatest, `finance got no notification for ${quarter} until ${isoTime(atLatest)}`);
    await stage.liveUntil(stage.now() + day, quiet);
  }
}

async function tellTampering(tell: Narrate, { path, root }: Published): Promise<void> {
  await tell('Somebody changes a number in a copy: the proof is gone', async show => {
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

async function tellCorrection(stage: Stage, tell: Narrate, { month, quarter, folder }: Correction): Promise<void> {
  const { client } = stage.operator;
  await tell(
    'The quarter is reopened with a reason; HWF corrects itself; the statement is r2, and r1 stands',
    async show => {
      await refused(show, 'a late manifest', pushManifest(stage, month, quarter, 0), 'quarter-closed');
      const first = await copyOf(stage, quarter, 1, folder);
      await client.call('reopen-quarter', { quarter, reason: 'manifest-corrected', ticket: 'FIN-7' });
      const { revision, differenceCount } = await pushManifest(stage, month, quarter, 0);
      show('the corrected manifest', `revision ${revision}, ${differenceCount} differences`);
      const made = await client.call('make-statement', { quarter });
      show('the statement', `r${made.revision}, ${made.billedProductionSites} production sites to invoice`);
      const second = await copyOf(stage, quarter, made.revision, folder);
      const { code, output } = await verify(second);
      showLines(show, 'statement verify', output);
      show(
        'r1',
        readFileSync(join(first.path, 'statement.json'), 'utf8') === (await textOf(stage, quarter, 1))
          ? 'unchanged'
          : 'CHANGED',
      );
      assert.deepEqual([code, made.revision, differenceCount], [0, 2, 0]);
    },
  );
  await stage.liveUntil(stage.now() + day, quiet);
  for (const site of month.sites) await refresh(stage, site);
}

/** @param tooMany how many sites more than there are */
async function pushManifest(stage: Stage, { enterpriseIds, sites }: Month, quarter: Quarter, tooMany: number) {
  const perEnterprise = enterpriseIds.map((enterpriseId, i) => ({
    enterpriseId,
    production: sites.filter(site => site.enterpriseId === enterpriseId).length + (i === 0 ? tooMany : 0),
    configurationUsers: 5 + i,
  }));
  const others = await otherEnterprises(stage, quarter, enterpriseIds);
  const all = [...perEnterprise, ...others];
  return await stage.hwf.client.call('submit-manifest', {
    quarter,
    sites: { production: all.reduce((sum, { production }) => sum + production, 0), dev: 0, proxy: 0 },
    enterprises: all.length,
    perEnterprise: all,
    users: { enterpriseAdmins: 4, plantUsers: 31, demoUsers: 2 },
    applicationAdmins: [{ name: 'Ada Example', email: 'ada@example.com' }],
  });
}

/** Those of the chapters before, of which nothing is left: HWF has counted them right. */
async function otherEnterprises({ hwf }: Stage, quarter: Quarter, known: readonly string[]) {
  const { enterprises } = await hwf.client.call('get-aggregate-stats', { quarter, limit: 100 });
  return enterprises
    .filter(({ enterpriseId }) => !known.includes(enterpriseId))
    .map(({ enterpriseId, closing }) => ({ enterpriseId, production: closing.production, configurationUsers: 1 }));
}

interface Published {
  readonly path: string;
  /** file of the pinned Root */
  readonly root: string;
}

async function copyOf(stage: Stage, quarter: Quarter, revision: number, folder: string): Promise<Published> {
  const path = join(folder, quarter, `r${revision}`);
  mkdirSync(path, { recursive: true });
  for (const name of fileNames) {
    const text = await getObject(stage.runtime, `statements/${sampleOrg}/${quarter}/r${revision}/${name}`);
    assert(text, `${name} of r${revision} was not published`);
    writeFileSync(join(path, name), text);
  }
  const root = join(folder, 'root.jwk.json');
  writeFileSync(root, JSON.stringify(stage.root));
  return { path, root };
}

async function textOf(stage: Stage, quarter: Quarter, revision: number): Promise<string | undefined> {
  return await getObject(stage.runtime, `statements/${sampleOrg}/${quarter}/r${revision}/statement.json`);
}

const cli = fileURLToPath(new URL('../../cli/license-server.ts', import.meta.url));

/** With the command that finance uses. */
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
