import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { monthOf } from '../../domain/kernel/time.ts';
import { run } from '../local/start-fixture.ts';
import { type Files, sealedFiles, sha256, someHistory } from '../platform/audit/trail-of.ts';
import { seeded } from '../support/seeded.ts';
import { newFolder } from './cli-fixture.ts';

const audit = async (...args: string[]) => await run(['cli/license-server.ts', 'audit', 'verify', ...args]);

const months = ['202609', '202610'];
const history = someHistory(seeded(20261123), [...months, '202611'], 300, 20);
const files = sealedFiles(
  history.filter(({ at }) => monthOf(at) !== '202611'),
  months,
);
const digest = sha256(files.get('202610/seal.json') ?? '');

function folderWith(copy: Files): string {
  const folder = newFolder();
  for (const month of months) mkdirSync(join(folder, month));
  for (const [path, text] of copy) writeFileSync(join(folder, path), text);
  return folder;
}

describe('license-server audit verify', () => {
  it('says that a trail is intact, and which seal to note', async () => {
    const { code, stdout } = await audit(folderWith(files));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^INTACT\n/);
    expect(stdout).toMatch(/sealedEvents +200\n/);
    expect(stdout).toContain(`202610:${digest}`);
    expect(stdout).toContain('The last seal was not compared with an independent copy.');
  });

  it('shows the first bad place and ends with 1', async () => {
    const folder = folderWith(files);
    const [path = ''] = [...files.keys()].filter(name => name.endsWith('.jsonl'));
    writeFileSync(join(folder, path), readFileSync(join(folder, path), 'utf8').replace('"seq":1,', '"seq":9,'));
    const { code, stdout } = await audit(folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^NOT INTACT\n/);
    expect(stdout).toMatch(/month +202609\nbucket +\w\nsubject +site:hub-\w+\nseq +1\nfault +event-changed\n/);
  });

  it('gives programs the same as JSON', async () => {
    const folder = folderWith(files);
    const good = await audit(folder, '--json');
    const bad = await audit(folder, '--json', '--seal', `202610:${sha256('other')}`);
    expect([good.code, JSON.parse(good.stdout)]).toMatchObject([0, { intact: true, lastSeal: { sha256: digest } }]);
    expect([bad.code, JSON.parse(bad.stdout)]).toMatchObject([1, { intact: false, fault: { what: 'seal-replaced' } }]);
  });

  it('compares with the seal that was noted', async () => {
    const folder = folderWith(files);
    const genuine = await audit(folder, '--seal', `202610:${digest}`);
    const other = await audit(folder, '--seal', `202610:${sha256('other')}`);
    const later = await audit(folder, '--seal', `202611:${digest}`);
    expect([genuine.code, other.code, later.code]).toEqual([0, 1, 1]);
    expect(genuine.stdout).toContain('The trail continues from the noted seal.');
    expect(other.stdout).toContain('seal-replaced');
    expect(later.stdout).toContain('months-cut');
  });

  it('follows the chains into the events that are not sealed yet', async () => {
    const folder = folderWith(files);
    const told = history.filter(({ at }) => monthOf(at) === '202611').map(event => ({ ...event, at: iso(event.at) }));
    const open = join(folder, 'open.jsonl');
    writeFileSync(open, told.map(event => `${JSON.stringify(event)}\n`).join(''));
    const whole = await audit(folder, '--open', open);
    writeFileSync(
      open,
      told
        .toSpliced(3, 1)
        .map(event => `${JSON.stringify(event)}\n`)
        .join(''),
    );
    const cut = await audit(folder, '--open', open);
    expect([whole.code, cut.code]).toEqual([0, 1]);
    expect(whole.stdout).toMatch(/openEvents +100\n/);
    expect(cut.stdout).toContain(`seq      ${told[3]?.seq}`);
  });

  it('explains what it cannot read, with 2', async () => {
    const folder = folderWith(files);
    writeFileSync(join(folder, 'open.jsonl'), '{}\n');
    const wrong = await Promise.all([
      audit(join(folder, 'nowhere')),
      audit(newFolder()),
      audit(folder, '--seal', digest),
      audit(folder, '--open', join(folder, 'open.jsonl')),
      audit(),
    ]);
    expect(wrong.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
    expect(wrong.map(({ stderr }) => stderr).join('')).toMatch(
      /can't be read[\s\S]*is empty: expected a copy[\s\S]*expected <month>:<digest>[\s\S]*Line 1 of [\s\S]*missing required argument/,
    );
  });
});

function iso(at: number): string {
  return new Date(at * 1000).toISOString().replace('.000Z', 'Z');
}
