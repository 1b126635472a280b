import { describe, expect, it } from '@jest/globals';
import { enterprisesCsv } from '../../../../domain/billing/statement/enterprises-csv.ts';
import { missingManifests, Statement } from '../../../../domain/billing/statement/statement.ts';
import { alertsOf } from '../../../../domain/billing/statement/statement-alerts.ts';
import { digestsOf, filesOf } from '../../../../domain/billing/statement/statement-files.ts';
import { noticeOfStatement } from '../../../../domain/billing/statement/statement-notice.ts';
import { statementOf } from '../../../../domain/billing/statement/statement-of.ts';
import { AppId } from '../../../../domain/kernel/ids.ts';
import { enterpriseId } from '../../../site-licensing/domain/facts.ts';
import { sampleFacts } from '../../../support/vectors/sample-statement.ts';

const facts = sampleFacts();
const statement = statementOf(facts);

describe('a statement', () => {
  it('is what its schema says', () => {
    expect(Statement.parse(statement)).toEqual(statement);
  });

  it('bills the production sites as the server counts, whatever the manifests say', () => {
    const production = facts.counts.reduce((sum, { closing }) => sum + closing.production, 0);
    expect(statement.billed.productionSites).toBe(production);
    expect(statementOf({ ...facts, manifests: [] }).billed.productionSites).toBe(production);
  });

  it('names a missing manifest missing, never zero', () => {
    expect(missingManifests(statement)).toEqual(['boost']);
    expect(statement.applications[0]).toMatchObject({ application: 'boost', manifest: { missing: true } });
    expect(statement.differences.filter(({ application }) => application === 'boost')).toEqual([]);
  });

  it('has a line for an enterprise that only a manifest knows', () => {
    const [received] = facts.manifests;
    if (!received) throw new Error('there is no manifest');
    const extra = { enterpriseId, production: 2, dev: 0, proxy: 0, configurationUsers: 1 };
    const manifest = { ...received.manifest, perEnterprise: [...received.manifest.perEnterprise, extra] };
    const made = statementOf({ ...facts, manifests: [{ ...received, manifest }] });
    expect(made.enterprises.find(row => row.enterpriseId === enterpriseId)).toMatchObject({
      closing: { production: 0 },
      manifest: { production: 2 },
    });
    expect(made.differences).toContainEqual({
      application: 'hwf',
      enterpriseId,
      figure: 'production',
      server: 0,
      manifest: 2,
    });
  });

  it('says of an enterprise that the manifest does not name that nothing was said', () => {
    const [received] = facts.manifests;
    if (!received) throw new Error('there is no manifest');
    const manifest = { ...received.manifest, perEnterprise: received.manifest.perEnterprise.slice(1) };
    const left = received.manifest.perEnterprise[0]?.enterpriseId;
    const made = statementOf({ ...facts, manifests: [{ ...received, manifest }] });
    const line = made.differences.find(one => one.enterpriseId === left);
    expect(line).toMatchObject({ figure: 'production', server: expect.any(Number) });
    expect(line).not.toHaveProperty('manifest');
  });

  it('gives users by role, and who has more of them than agreed', () => {
    expect(statement.applications[1]?.manifest).toMatchObject({
      users: { applicationAdmins: 3, enterpriseAdmins: 31, plantUsers: 1204, demoUsers: 18 },
    });
    expect(statement.seatsExceeded).toEqual([
      expect.objectContaining({ application: 'hwf', configurationUsers: 17, limit: 12 }),
    ]);
  });

  it('of a later revision gives its reason', () => {
    const reason = { code: 'dispute-settled', ticket: 'FIN-9' } as const;
    expect(statementOf({ ...facts, revision: 2, reason })).toMatchObject({ revision: 2, reason });
    expect(statement).not.toHaveProperty('reason');
  });

  it('is the same, and so are its files, from the same facts in another order', async () => {
    const shuffled = { ...facts, counts: facts.counts.toReversed() };
    const digests = async (of: typeof facts) => await digestsOf(await filesOf(statementOf(of)));
    expect(await digests(shuffled)).toEqual(await digests(facts));
  });

  it('holds no text but ids, codes, times and digests', () => {
    const texts = new Set([...textsIn(statement)]);
    const known =
      /^(license-server-statement\/2|20\d\d-\d\d-\d\d|[a-z][a-z0-9-]{1,40}|20\d\d-Q\d|20\d\d-\d\d-\d\dT[\d:]+Z|[\w-]{43}|EC|P-256|2|the number to invoice: .*)$/;
    expect([...texts].filter(text => !known.test(text))).toEqual([]);
  });
});

describe('enterprises.csv', () => {
  const lines = enterprisesCsv(statement).split('\r\n');

  it('is RFC 4180: a heading, as many cells in each line, CRLF at the end of each', () => {
    expect(lines.at(-1)).toBe('');
    const widths = new Set(lines.slice(0, -1).map(line => line.split(',').length));
    expect(widths).toEqual(new Set([29]));
    expect(lines).toHaveLength(statement.enterprises.length + 2);
  });

  it('holds no cell that a spreadsheet would take for a formula', () => {
    for (const cell of lines.slice(0, -1).flatMap(line => line.split(',')))
      expect(cell).toMatch(/^([A-Za-z][A-Za-z.-]*|\d+|\d{4}-Q\d|hub-[a-z2-7]{16}|)$/);
  });

  it('adds up to what is billed', () => {
    const billed = lines.slice(1, -1).reduce((sum, line) => sum + Number(line.split(',')[4]), 0);
    expect(billed).toBe(statement.billed.productionSites);
  });
});

describe('the notification of a statement', () => {
  it('is one alert for each thing that does not fit', () => {
    expect(alertsOf(statement).map(({ reason, detail }) => [reason, detail])).toEqual([
      ['manifest-missing', '2026-Q4'],
      ['count-mismatch', '2026-Q4'],
      ['count-mismatch', '2026-Q4'],
      ['seat-limit-exceeded', '2026-Q4'],
    ]);
  });

  it('is the number, the place and the command, under a subject that SNS takes', () => {
    const { subject, text, json, attributes } = noticeOfStatement(statement, 's3://exports/statements/hub/2026-Q4/r1/');
    expect(subject).toMatch(/^[\x20-\x7e]{1,99}$/);
    expect(text).toContain(`INVOICE THIS NUMBER: ${statement.billed.productionSites} production sites.`);
    expect(text).toContain('s3://exports/statements/hub/2026-Q4/r1/');
    expect(text).toContain('license-server statement verify');
    expect(json).toMatchObject({ id: 'hub/2026-Q4/r1', missingManifests: ['boost'] });
    expect(attributes).toEqual({ id: 'hub/2026-Q4/r1', org: 'hub', quarter: '2026-Q4', revision: '1' });
  });
});

it('an application that is in no count and no manifest is not in the statement', () => {
  expect(statement.applications.map(({ application }) => application)).toEqual([
    AppId.parse('boost'),
    AppId.parse('hwf'),
  ]);
});

function* textsIn(value: unknown): Iterable<string> {
  if (typeof value === 'string') yield value;
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) yield* textsIn(inner);
}
