import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { newSigner } from '../support/vectors/signed-statement.ts';
import { siteImport } from './import-fixture.ts';

// Each test starts processes, and the machine may be busy.
describe('the keys of an import', () => {
  const fixture = siteImport();

  it('makes each site, keeps its key where only its owner reads it, and shows no key', async () => {
    fixture.writeSites(3);
    const { code, stdout, stderr } = await fixture.importing(...fixture.withKeys());
    const keys = readdirSync(join(fixture.folder, 'keys'));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('created  3');
    expect(stdout).not.toContain('eyJ');
    expect((await fixture.sitesThere()).map(({ siteRef }) => siteRef).sort()).toEqual(['P-0', 'P-1', 'P-2']);
    expect(keys.sort()).toEqual(
      [0, 1, 2].map(at => `${encodeURIComponent(`keys/${fixture.enterpriseId}/P-${at}`)}.secret`),
    );
    for (const key of keys) expect(statSync(join(fixture.folder, 'keys', key)).mode & 0o777).toBe(0o600);
    expect(statSync(`${fixture.file}.import.jsonl`).mode & 0o777).toBe(0o600);
    expect(readFileSync(`${fixture.file}.import.jsonl`, 'utf8')).not.toContain('eyJ');
  });

  describe('a run with --keys after one without', () => {
    it('keeps the keys of the sites that are made already, and makes no second ones', async () => {
      fixture.writeSites(2);
      const without = await fixture.importing('--yes');
      const dry = await fixture.importing('--keys', join(fixture.folder, 'keys'), '--root', fixture.root);
      const { code, stdout } = await fixture.importing(...fixture.withKeys());
      const kept = readdirSync(join(fixture.folder, 'keys')).filter(name => name.endsWith('.secret'));
      const [site] = await fixture.sitesThere();
      expect(without.stdout).toContain(
        'keys     not stored: within a day, the same command with --keys and --root fetches them',
      );
      expect(dry.stdout).toContain('2  exists: its key would be fetched');
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^created {2}2\nkeys {5}in .*\nreport /)]);
      expect(kept).toHaveLength(2);
      expect(await fixture.sitesThere()).toHaveLength(2);
      expect(site).toMatchObject({ generation: 1 });
      expect(readFileSync(`${fixture.file}.report.csv`, 'utf8')).not.toContain(',no\r\n');
    });

    it('says what is left when the server gives them no more, and --reissue gets others', async () => {
      fixture.writeSites(1);
      await fixture.importing('--yes');
      const [made] = await fixture.sitesThere();
      await fixture.desk.call('reissue-key', { siteId: made?.siteId ?? '' } as never);
      const late = await fixture.importing(...fixture.withKeys());
      const report = readFileSync(`${fixture.file}.report.csv`, 'utf8');
      const other = await fixture.importing(...fixture.withKeys(), '--reissue');
      const again = await fixture.importing(...fixture.withKeys(), '--reissue');
      expect([late.code, late.stdout]).toEqual([1, expect.stringMatching(/no key {3}1 .*key-superseded.* --reissue/)]);
      expect(report).toContain(`P-0,created,${made?.siteId},key-superseded,no\r\n`);
      expect([other.code, other.stdout]).toEqual([0, expect.not.stringContaining('no key')]);
      expect(again.code).toBe(0);
      expect(await fixture.sitesThere()).toMatchObject([{ siteId: made?.siteId, generation: 3 }]);
    });

    it('gives a key that another folder holds to no second one', async () => {
      fixture.writeSites(1);
      await fixture.importing(...fixture.withKeys());
      const other = join(fixture.folder, 'other-keys');
      const { code, stdout } = await fixture.importing('--yes', '--keys', other, '--root', fixture.root);
      expect([code, stdout]).toEqual([
        1,
        expect.stringMatching(/no key {3}1 {2}an earlier run stored them in another/),
      ]);
      expect(readdirSync(other)).toEqual([]);
    });

    it('needs --keys for --reissue', async () => {
      fixture.writeSites(1);
      expect(await fixture.importing('--yes', '--reissue')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--reissue requires --keys'),
      });
    });
  });

  it('keeps no key without a Root, nor where others may read', async () => {
    fixture.writeSites(1);
    const keys = join(fixture.folder, 'keys');
    const without = await fixture.importing('--yes', '--keys', keys);
    mkdirSync(keys);
    chmodSync(keys, 0o755);
    const open = await fixture.importing(...fixture.withKeys());
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--keys requires --root')]);
    expect([open.code, open.stderr]).toEqual([2, expect.stringContaining(`chmod 700 ${keys}`)]);
  });

  it('keeps no key that stands under another Root, and gets it once the right one is named', async () => {
    fixture.writeSites(1);
    const other = join(fixture.folder, 'other.jwk.json');
    writeFileSync(other, JSON.stringify(newSigner().root.jwk));
    const wrong = await fixture.importing('--yes', '--keys', join(fixture.folder, 'keys'), '--root', other);
    const kept = readdirSync(join(fixture.folder, 'keys'));
    const right = await fixture.importing(...fixture.withKeys());
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('REFUSED (unknown-root)')]);
    expect(kept).toEqual([]);
    expect([right.code, right.stdout]).toEqual([0, expect.stringContaining('created  1')]);
    expect(await fixture.sitesThere()).toHaveLength(1);
  });
});
