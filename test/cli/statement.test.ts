import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StatementFolder } from '../../domain/billing/statement/statement-files.ts';
import { run } from '../local/start-fixture.ts';
import { sampleFacts } from '../support/vectors/sample-statement.ts';
import { newSigner, signedFolder } from '../support/vectors/signed-statement.ts';
import { newFolder } from './cli-fixture.ts';

describe('license-server statement verify', () => {
  const signer = newSigner();
  const folder = newFolder();
  const root = join(folder, 'root.jwk.json');
  const enterprises = sampleFacts().counts.map(({ enterprise }) => enterprise);
  const [first = '', second = ''] = [...new Set(enterprises)];
  let genuine: StatementFolder;

  beforeAll(async () => {
    genuine = await signedFolder(signer);
    writeFileSync(root, JSON.stringify(signer.root.jwk));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const verify = async (...args: string[]) => await run(['cli/license-server.ts', 'statement', 'verify', ...args], {});

  function copyOf(files: Partial<StatementFolder>): string {
    const place = join(folder, crypto.randomUUID());
    mkdirSync(place);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
    return place;
  }

  it('shows the number to invoice, and ends with 0', async () => {
    const { code, stdout, stderr } = await verify(copyOf(genuine), '--root', root);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Genuine: the statement of hub for 2026-Q4, revision r1.');
    expect(stdout).toMatch(/INVOICE THIS +\d+ production sites/);
    expect(stdout).toMatch(/missing manifests +boost/);
    expect(stdout).toContain(signer.root.kid);
  });

  it('gives programs the number to invoice, or what is wrong, as JSON', async () => {
    const good = await verify(copyOf(genuine), '--root', root, '--json');
    const bad = await verify(copyOf({ ...genuine, 'report.html': 'x' }), '--root', root, '--json');
    const { billed } = JSON.parse(genuine['statement.json']);
    expect([good.code, JSON.parse(good.stdout)]).toMatchObject([0, { genuine: true, quarter: '2026-Q4', billed }]);
    expect([bad.code, JSON.parse(bad.stdout)]).toMatchObject([
      1,
      { genuine: false, findings: [expect.objectContaining({ file: 'report.html' })] },
    ]);
  });

  it('takes the thumbprint in the place of the key', async () => {
    expect((await verify(copyOf(genuine), '--root', signer.root.kid)).code).toBe(0);
    const file = join(folder, 'root.thumbprint');
    writeFileSync(file, `${signer.root.kid}\n`);
    expect((await verify(copyOf(genuine), '--root', file)).code).toBe(0);
  });

  it('names the file and the line that was changed, gives no number, and ends with 1', async () => {
    const lines = genuine['enterprises.csv'].split('\r\n');
    const changed = lines.with(2, (lines[2] ?? '').replace(/,(\d+),/, ',9$1,')).join('\r\n');
    const { code, stdout, stderr } = await verify(copyOf({ ...genuine, 'enterprises.csv': changed }), '--root', root);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('NOT GENUINE: do not invoice from this folder.');
    expect(stderr).toContain('enterprises.csv, line 3: does not match statement.json');
  });

  it('ends with 1 under another Root', async () => {
    const { code, stderr } = await verify(copyOf(genuine), '--root', newSigner().root.kid);
    expect(code).toBe(1);
    expect(stderr).toContain('does not name the Root that you have pinned');
  });

  it.each([
    [
      'a folder that is not there',
      async () => await verify(join(folder, 'nowhere'), '--root', root),
      'is not a folder',
    ],
    [
      'a folder without the signature',
      async () => {
        const { 'statement.jws': _signature, ...rest } = genuine;
        return await verify(copyOf(rest), '--root', root);
      },
      "statement.jws can't be read",
    ],
    ['no Root', async () => await verify(copyOf(genuine)), '--root'],
    [
      'a Root that is none',
      async () => await verify(copyOf(genuine), '--root', join(copyOf(genuine), 'statement.json')),
      'expected a public P-256 key as a JWK, or its thumbprint',
    ],
  ])('ends with 2 and says what is wrong with %s', async (_name, act, says) => {
    const { code, stderr } = await act();
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  describe('--names', () => {
    const names = (text: string): string => {
      const file = join(folder, `${crypto.randomUUID()}.csv`);
      writeFileSync(file, text);
      return file;
    };
    const verifyWith = async (csv: string) => await verify(copyOf(genuine), '--root', root, '--names', names(csv));

    it('shows the names that it knows, and ids for the others', async () => {
      const csv = `\uFEFFenterpriseId,name\r\n${first},"Waterworks, ""Lyon"""\r\n\r\n`;
      const { code, stdout } = await verifyWith(csv);
      expect(code).toBe(0);
      expect(stdout).toContain('Waterworks, "Lyon"');
      expect(stdout).not.toContain(first);
      expect(stdout).toMatch(new RegExp(`${second} +hwf +\\d+`));
    });

    it('shows nothing that would move the cursor or colour the terminal', async () => {
      const { stdout } = await verifyWith(`enterpriseId,name\n${first},\u001b[2Jgone\u0007\n`);
      expect(stdout).toContain('[2Jgone');
      for (const control of ['\u001b', '\u0007']) expect(stdout).not.toContain(control);
    });

    it.each([
      ['another heading', 'id;name\n', 'expected the header "enterpriseId,name"'],
      ['a line of another width', `enterpriseId,name\n${first},Water, works\n`, 'line 2: expected 2 columns, got 3'],
      ['what is no id', 'enterpriseId,name\nveolia,Veolia\n', 'line 2: expected an enterprise id'],
      ['an id twice', `enterpriseId,name\n${first},A\n${first},B\n`, 'line 3: the enterprise occurs twice'],
      ['a quote that does not end', `enterpriseId,name\n${first},"A\n`, 'invalid in line 2: expected CSV'],
    ])('ends with 2 and says the line of %s', async (_name, csv, says) => {
      const { code, stdout, stderr } = await verifyWith(csv);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(says);
    });
  });
});
