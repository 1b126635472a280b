import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  digestsOf,
  type StatementFolder,
  statementFileNames,
} from '../../../../domain/billing/statement/statement-files.ts';
import { verifyStatement } from '../../../../domain/billing/statement/verify-statement.ts';
import { canonicalJson } from '../../../../domain/kernel/canonical-json.ts';
import { Quarter } from '../../../../domain/kernel/time.ts';
import { checkSignature } from '../../../../lambdas/platform/kernel/check-signature.ts';
import { newSigner, signedFolder } from '../../../support/vectors/signed-statement.ts';

describe('a statement verified offline', () => {
  const signer = newSigner();
  let genuine: StatementFolder;
  beforeAll(async () => {
    genuine = await signedFolder(signer);
  });

  const verify = async (folder: StatementFolder, pin: object = { jwk: signer.root.jwk }) =>
    await verifyStatement(folder, pin as { jwk: typeof signer.root.jwk }, checkSignature);
  const findings = async (folder: StatementFolder) => (await verify(folder)).findings;
  const files = async (folder: StatementFolder) => [...new Set((await findings(folder)).map(({ file }) => file))];

  it('is genuine under the pinned Root, given as a key or as its thumbprint', async () => {
    expect(await findings(genuine)).toEqual([]);
    expect((await verify(genuine, { thumbprint: signer.root.kid })).findings).toEqual([]);
    expect(await verify(genuine)).toMatchObject({ statement: { quarter: '2026-Q4' }, signed: { rules: '2' } });
  });

  it('is genuine as its next revision, with its reason', async () => {
    const reason = { code: 'manifest-corrected', ticket: 'FIN-12' } as const;
    expect(await findings(await signedFolder(signer, { revision: 2, reason }))).toEqual([]);
  });

  it('is not genuine under another Root', async () => {
    const { root } = newSigner();
    expect((await verify(genuine, { jwk: root.jwk })).findings).toEqual([
      { file: 'statement.jws', problem: 'does not end at the Root that you have pinned' },
    ]);
    expect((await verify(genuine, { thumbprint: root.kid })).findings).toEqual([
      { file: 'statement.json', place: 'root', problem: 'does not name the Root that you have pinned' },
    ]);
  });

  it.each(statementFileNames)('names %s when one byte of it was changed, wherever it is', async name => {
    const text = genuine[name];
    for (let i = 0; i < 40; i++) {
      const at = Math.floor((i * (text.length - 1)) / 39);
      const changed = text.charAt(at) === '7' ? '8' : '7';
      const folder = { ...genuine, [name]: `${text.slice(0, at)}${changed}${text.slice(at + 1)}` };
      expect(await files(folder)).toContain(name);
    }
  });

  it.each(statementFileNames)('names %s when something was put behind it', async name => {
    expect(await files({ ...genuine, [name]: `${genuine[name]} ` })).toContain(name);
  });

  it('names the signature when any of its parts was changed', async () => {
    const jws = genuine['statement.jws'];
    for (const at of [3, 60, 200, 700, jws.indexOf('~') - 5, jws.indexOf('~') + 80, jws.length - 5]) {
      const changed = jws.charAt(at) === 'A' ? 'B' : 'A';
      expect(await files({ ...genuine, 'statement.jws': `${jws.slice(0, at)}${changed}${jws.slice(at + 1)}` })).toEqual(
        ['statement.jws'],
      );
    }
  });

  it('names every number that was changed in statement.json', async () => {
    const statement = JSON.parse(genuine['statement.json']);
    const numbers = [...numbersIn(statement)];
    expect(numbers.length).toBeGreaterThan(400);
    for (const { path, raised } of numbers) {
      const found = await findings({ ...genuine, 'statement.json': canonicalJson(raised) });
      expect([path, found.map(({ problem }) => problem)]).toEqual([
        path,
        expect.arrayContaining(['is not the file that was signed']),
      ]);
    }
  });

  it('names the line of enterprises.csv that was changed', async () => {
    const csv = genuine['enterprises.csv'];
    const lines = csv.split('\r\n');
    const folder = { ...genuine, 'enterprises.csv': lines.with(4, `${lines[4]}9`).join('\r\n') };
    expect(await findings(folder)).toEqual([
      { file: 'enterprises.csv', problem: 'is not the file that was signed' },
      { file: 'enterprises.csv', place: 'line 5', problem: 'does not match statement.json' },
    ]);
  });

  it('refuses the genuine signature of another quarter, or of another revision', async () => {
    for (const [more, name] of [
      [{ quarter: Quarter.parse('2026-Q3') }, 'statement:hub/2026-Q3/r1'],
      [{ revision: 2 }, 'statement:hub/2026-Q4/r2'],
    ] as const) {
      const other = await signedFolder(signer, more);
      const found = await findings({ ...genuine, 'statement.jws': other['statement.jws'] });
      expect(found).toContainEqual({
        file: 'statement.jws',
        problem: `is the signature of ${name}, but statement.json is statement:hub/2026-Q4/r1`,
      });
      expect(found.length).toBeGreaterThan(1);
    }
  });

  it.each(statementFileNames)('refuses %s of the first revision among the files of the second', async name => {
    const second = await signedFolder(signer, {
      revision: 2,
      reason: { code: 'counts-corrected', ticket: 'FIN-3' },
    });
    expect(await files({ ...second, [name]: genuine[name] })).toContain(name);
  });

  it('refuses a signature by whose claims another statement, or other rules, were signed', async () => {
    const foreign = await signedFolder(signer, {}, { sub: 'statement:hub/2026-Q4/r3' });
    expect(await files(foreign)).toEqual(['statement.jws']);
    expect(await files(await signedFolder(signer, {}, { rules: '3' }))).toEqual(['statement.jws']);
    expect(await files(await signedFolder(signer, {}, { sub: 'statement:core/2026-Q4/r1' }))).toEqual([
      'statement.jws',
    ]);
    expect(await files(await signedFolder(signer, {}, { exp: 4_000_000_000 }))).toEqual(['statement.jws']);
  });

  it('refuses what is well signed and does not add up', async () => {
    const statement = JSON.parse(genuine['statement.json']);
    statement.billed.productionSites += 1;
    const files = { ...genuine, 'statement.json': canonicalJson(statement) };
    const wrong = await signedFolder(signer, {}, { files: await digestsOf(files) });
    expect(await findings({ ...files, 'statement.jws': wrong['statement.jws'] })).toEqual([
      expect.objectContaining({ file: 'statement.json', place: 'billed.productionSites' }),
    ]);
  });

  it('refuses another spelling of the same statement, even when it was signed', async () => {
    const spelled = JSON.stringify(JSON.parse(genuine['statement.json']), undefined, 2);
    const files = { ...genuine, 'statement.json': spelled };
    const { 'statement.jws': jws } = await signedFolder(signer, {}, { files: await digestsOf(files) });
    expect(await findings({ ...files, 'statement.jws': jws })).toEqual([
      { file: 'statement.json', problem: 'is not in its one spelling (RFC 8785)' },
    ]);
  });

  it('says that it is no statement, whatever stands there', async () => {
    for (const text of ['', '{}', 'null', '[1]', genuine['enterprises.csv']])
      expect(await findings({ ...genuine, 'statement.json': text })).toContainEqual(
        expect.objectContaining({ file: 'statement.json', problem: expect.stringMatching(/^is no statement: /) }),
      );
  });
});

interface Raised {
  readonly path: string;
  readonly raised: never;
}

/** Every number of a value in turn, raised by one. */
function* numbersIn(value: unknown, path = ''): Iterable<Raised> {
  if (typeof value === 'number') yield { path, raised: (value + 1) as never };
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value))
    for (const one of numbersIn(inner, `${path}.${name}`))
      yield {
        path: one.path,
        raised: (Array.isArray(value)
          ? value.map((old, i) => (String(i) === name ? one.raised : old))
          : { ...value, [name]: one.raised }) as never,
      };
}
